from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="ReversedPosting")


@_attrs_define
class ReversedPosting:
    """A part of a posting to reverse.

    Attributes:
        amount (int): Whole minor units
        posting (int): Its place in the transaction, from 0.
    """

    amount: int
    posting: int

    def to_dict(self) -> dict[str, Any]:
        amount = self.amount

        posting = self.posting

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "amount": amount,
                "posting": posting,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        amount = d.pop("amount")

        posting = d.pop("posting")

        reversed_posting = cls(
            amount=amount,
            posting=posting,
        )

        return reversed_posting
