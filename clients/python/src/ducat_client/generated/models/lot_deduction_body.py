from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="LotDeductionBody")


@_attrs_define
class LotDeductionBody:
    """What was taken of a lot.

    Attributes:
        earned_at (datetime.datetime): RFC 3339, years 1 to 9999; microseconds are kept
        points (int): Whole minor units
    """

    earned_at: datetime.datetime
    points: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        earned_at = self.earned_at.isoformat()

        points = self.points

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "earned_at": earned_at,
                "points": points,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        earned_at = datetime.datetime.fromisoformat(d.pop("earned_at"))

        points = d.pop("points")

        lot_deduction_body = cls(
            earned_at=earned_at,
            points=points,
        )

        lot_deduction_body.additional_properties = d
        return lot_deduction_body

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
