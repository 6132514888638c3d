from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="OpenRequest")


@_attrs_define
class OpenRequest:
    """An account to open.

    Attributes:
        name (str): Its name: 1 to 255 characters, spaces around it cut off, unique among open accounts. Example:
            Savings.
    """

    name: str

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        open_request = cls(
            name=name,
        )

        return open_request
