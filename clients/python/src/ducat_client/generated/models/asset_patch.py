from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="AssetPatch")


@_attrs_define
class AssetPatch:
    """What to change of an asset.

    Attributes:
        scale (int): How many decimals its minor unit has. Example: 2.
    """

    scale: int

    def to_dict(self) -> dict[str, Any]:
        scale = self.scale

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "scale": scale,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        scale = d.pop("scale")

        asset_patch = cls(
            scale=scale,
        )

        return asset_patch
