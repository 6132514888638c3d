from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="RefusalBody")


@_attrs_define
class RefusalBody:
    """Refusals of access at this node since it started.

    Attributes:
        forbidden (int): With a key that is for something else (403).
        hour (datetime.datetime): RFC 3339, years 1 to 9999; microseconds are kept
        unauthorized (int): Without a key that is taken (401).
        key (None | str | Unset): The id of the key; null where none was taken.
    """

    forbidden: int
    hour: datetime.datetime
    unauthorized: int
    key: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        forbidden = self.forbidden

        hour = self.hour.isoformat()

        unauthorized = self.unauthorized

        key: None | str | Unset
        if isinstance(self.key, Unset):
            key = UNSET
        else:
            key = self.key

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "forbidden": forbidden,
                "hour": hour,
                "unauthorized": unauthorized,
            }
        )
        if key is not UNSET:
            field_dict["key"] = key

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        forbidden = d.pop("forbidden")

        hour = datetime.datetime.fromisoformat(d.pop("hour"))

        unauthorized = d.pop("unauthorized")

        def _parse_key(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        key = _parse_key(d.pop("key", UNSET))

        refusal_body = cls(
            forbidden=forbidden,
            hour=hour,
            unauthorized=unauthorized,
            key=key,
        )

        refusal_body.additional_properties = d
        return refusal_body

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
