from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="AssetRequest")


@_attrs_define
class AssetRequest:
    """An asset to add.

    Attributes:
        code (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        scale (int): How many decimals its minor unit has: 2 when it is a hundredth. Example: 2.
    """

    code: str
    scale: int

    def to_dict(self) -> dict[str, Any]:
        code = self.code

        scale = self.scale

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "code": code,
                "scale": scale,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        code = d.pop("code")

        scale = d.pop("scale")

        asset_request = cls(
            code=code,
            scale=scale,
        )

        return asset_request
