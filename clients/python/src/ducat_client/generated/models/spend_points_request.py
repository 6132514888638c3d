from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="SpendPointsRequest")


@_attrs_define
class SpendPointsRequest:
    """Points to spend.

    Attributes:
        points (int): A whole number of points
    """

    points: int

    def to_dict(self) -> dict[str, Any]:
        points = self.points

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "points": points,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        points = d.pop("points")

        spend_points_request = cls(
            points=points,
        )

        return spend_points_request
