from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.by import By

T = TypeVar("T", bound="BalanceAt")


@_attrs_define
class BalanceAt:
    """A balance at an instant.

    Attributes:
        asset (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        at (datetime.datetime): RFC 3339, years 1 to 9999; microseconds are kept
        by (By): Which calendar an instant is on.
        posted (int): Whole minor units
    """

    asset: str
    at: datetime.datetime
    by: By
    posted: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        asset = self.asset

        at = self.at.isoformat()

        by = self.by.value

        posted = self.posted

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "asset": asset,
                "at": at,
                "by": by,
                "posted": posted,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        asset = d.pop("asset")

        at = datetime.datetime.fromisoformat(d.pop("at"))

        by = By(d.pop("by"))

        posted = d.pop("posted")

        balance_at = cls(
            asset=asset,
            at=at,
            by=by,
            posted=posted,
        )

        balance_at.additional_properties = d
        return balance_at

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
