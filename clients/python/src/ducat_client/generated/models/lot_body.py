from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="LotBody")


@_attrs_define
class LotBody:
    """A lot with points left.

    Attributes:
        earned_at (datetime.datetime): RFC 3339, years 1 to 9999; microseconds are kept
        left (int): Whole minor units
        payer (str): 1 to 200 bytes of text without characters that cannot be seen; space around it is removed
        points (int): Whole minor units
        expires_at (datetime.datetime | None | Unset):
    """

    earned_at: datetime.datetime
    left: int
    payer: str
    points: int
    expires_at: datetime.datetime | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        earned_at = self.earned_at.isoformat()

        left = self.left

        payer = self.payer

        points = self.points

        expires_at: None | str | Unset
        if isinstance(self.expires_at, Unset):
            expires_at = UNSET
        elif isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "earned_at": earned_at,
                "left": left,
                "payer": payer,
                "points": points,
            }
        )
        if expires_at is not UNSET:
            field_dict["expires_at"] = expires_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        earned_at = datetime.datetime.fromisoformat(d.pop("earned_at"))

        left = d.pop("left")

        payer = d.pop("payer")

        points = d.pop("points")

        def _parse_expires_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expires_at_type_0 = datetime.datetime.fromisoformat(data)

                return expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        expires_at = _parse_expires_at(d.pop("expires_at", UNSET))

        lot_body = cls(
            earned_at=earned_at,
            left=left,
            payer=payer,
            points=points,
            expires_at=expires_at,
        )

        lot_body.additional_properties = d
        return lot_body

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
