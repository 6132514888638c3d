from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="DeliveryBody")


@_attrs_define
class DeliveryBody:
    """An attempt to deliver an event.

    Attributes:
        at (datetime.datetime): RFC 3339, years 1 to 9999; microseconds are kept
        attempt (int): The number of the attempt for this event, from 1.
        delivered (bool): Whether the event was accepted: the status was 2xx.
        duration_ms (int): How long it took, in milliseconds.
        number (int): The number of the attempt, counted from 1 for each webhook.
        reason (None | str | Unset): Why it was not; null where it was.
        seq (int | None | Unset): Which event; null for a test.
        status (int | None | Unset): The status of the response; null where there was none.
    """

    at: datetime.datetime
    attempt: int
    delivered: bool
    duration_ms: int
    number: int
    reason: None | str | Unset = UNSET
    seq: int | None | Unset = UNSET
    status: int | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        at = self.at.isoformat()

        attempt = self.attempt

        delivered = self.delivered

        duration_ms = self.duration_ms

        number = self.number

        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason

        seq: int | None | Unset
        if isinstance(self.seq, Unset):
            seq = UNSET
        else:
            seq = self.seq

        status: int | None | Unset
        if isinstance(self.status, Unset):
            status = UNSET
        else:
            status = self.status

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "at": at,
                "attempt": attempt,
                "delivered": delivered,
                "duration_ms": duration_ms,
                "number": number,
            }
        )
        if reason is not UNSET:
            field_dict["reason"] = reason
        if seq is not UNSET:
            field_dict["seq"] = seq
        if status is not UNSET:
            field_dict["status"] = status

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        at = datetime.datetime.fromisoformat(d.pop("at"))

        attempt = d.pop("attempt")

        delivered = d.pop("delivered")

        duration_ms = d.pop("duration_ms")

        number = d.pop("number")

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        def _parse_seq(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        seq = _parse_seq(d.pop("seq", UNSET))

        def _parse_status(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        status = _parse_status(d.pop("status", UNSET))

        delivery_body = cls(
            at=at,
            attempt=attempt,
            delivered=delivered,
            duration_ms=duration_ms,
            number=number,
            reason=reason,
            seq=seq,
            status=status,
        )

        delivery_body.additional_properties = d
        return delivery_body

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
