from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="SkipRequest")


@_attrs_define
class SkipRequest:
    """An event that is not to be sent any more.

    Attributes:
        seq (int): Which one: one of `retries`. Example: 7.
    """

    seq: int

    def to_dict(self) -> dict[str, Any]:
        seq = self.seq

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "seq": seq,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        seq = d.pop("seq")

        skip_request = cls(
            seq=seq,
        )

        return skip_request
