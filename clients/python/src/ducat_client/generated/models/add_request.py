from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="AddRequest")


@_attrs_define
class AddRequest:
    """Points of a payer to add or, where negative, to take back.

    Attributes:
        payer (str): 1 to 200 bytes of text without characters that cannot be seen; space around it is removed
        points (int): A whole number of points
        timestamp (datetime.datetime): RFC 3339, years 1 to 9999; microseconds are kept
    """

    payer: str
    points: int
    timestamp: datetime.datetime

    def to_dict(self) -> dict[str, Any]:
        payer = self.payer

        points = self.points

        timestamp = self.timestamp.isoformat()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "payer": payer,
                "points": points,
                "timestamp": timestamp,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        payer = d.pop("payer")

        points = d.pop("points")

        timestamp = datetime.datetime.fromisoformat(d.pop("timestamp"))

        add_request = cls(
            payer=payer,
            points=points,
            timestamp=timestamp,
        )

        return add_request
