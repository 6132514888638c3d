from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="PerformAdvanceRequest")


@_attrs_define
class PerformAdvanceRequest:
    """An advance to make.

    Attributes:
        amount (float): How much, in dollars: more than 0, with two decimals at most. Example: 1200.0.
        dst_bank_account (str): 1 to 200 bytes of text without characters that cannot be seen; space around it is
            removed
    """

    amount: float
    dst_bank_account: str

    def to_dict(self) -> dict[str, Any]:
        amount = self.amount

        dst_bank_account = self.dst_bank_account

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "amount": amount,
                "dst_bank_account": dst_bank_account,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        amount = d.pop("amount")

        dst_bank_account = d.pop("dst_bank_account")

        perform_advance_request = cls(
            amount=amount,
            dst_bank_account=dst_bank_account,
        )

        return perform_advance_request
