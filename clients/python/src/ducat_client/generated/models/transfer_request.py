from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="TransferRequest")


@_attrs_define
class TransferRequest:
    """Money to move across.

    Attributes:
        amount (float | str): Dollars with two decimals: a number up to 2^53 - 1 cents, a string above; both are read,
            digit by digit
        to (str): The account that gets it: its name, or by id its id too. Example: Checking.
    """

    amount: float | str
    to: str

    def to_dict(self) -> dict[str, Any]:
        amount: float | str
        amount = self.amount

        to = self.to

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "amount": amount,
                "to": to,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_amount(data: object) -> float | str:
            return cast(float | str, data)

        amount = _parse_amount(d.pop("amount"))

        to = d.pop("to")

        transfer_request = cls(
            amount=amount,
            to=to,
        )

        return transfer_request
