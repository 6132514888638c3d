from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="RetryBody")


@_attrs_define
class RetryBody:
    """An event that has not been accepted yet.

    Attributes:
        attempts (int): How many attempts have failed; 0 while it is sent for the first time.
        next_attempt_at (datetime.datetime): RFC 3339, years 1 to 9999; microseconds are kept
        seq (int): Which one.
    """

    attempts: int
    next_attempt_at: datetime.datetime
    seq: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        attempts = self.attempts

        next_attempt_at = self.next_attempt_at.isoformat()

        seq = self.seq

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "attempts": attempts,
                "next_attempt_at": next_attempt_at,
                "seq": seq,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        attempts = d.pop("attempts")

        next_attempt_at = datetime.datetime.fromisoformat(d.pop("next_attempt_at"))

        seq = d.pop("seq")

        retry_body = cls(
            attempts=attempts,
            next_attempt_at=next_attempt_at,
            seq=seq,
        )

        retry_body.additional_properties = d
        return retry_body

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
