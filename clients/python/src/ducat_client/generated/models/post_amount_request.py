from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define

T = TypeVar("T", bound="PostAmountRequest")


@_attrs_define
class PostAmountRequest:
    """An amount to post.

    Attributes:
        account_id (UUID): The UUID of an account
        amount (int):
    """

    account_id: UUID
    amount: int

    def to_dict(self) -> dict[str, Any]:
        account_id = str(self.account_id)

        amount = self.amount

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "account_id": account_id,
                "amount": amount,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        account_id = UUID(d.pop("account_id"))

        amount = d.pop("amount")

        post_amount_request = cls(
            account_id=account_id,
            amount=amount,
        )

        return post_amount_request
