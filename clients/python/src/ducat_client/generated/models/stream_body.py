from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="StreamBody")


@_attrs_define
class StreamBody:
    """A stream of NATS to which events are published.

    Attributes:
        here (bool): Whether this node publishes.
        sequence (int): The sequence of the last message that the broker accepted. In a stream of one ledger it is the
            event's `seq`.
        status (str): Whether events are published: `active`, `waiting` while the broker takes none, or `stopped` until
            someone has it go on.
            Only the node that publishes knows of `waiting`. Example: active.
        stream (str): Its name at the broker. Example: ducat-events-shop.
        lag (int | None | Unset): Events that are not in it yet, as the node that publishes knows; null at other nodes.
        ledger (None | str | Unset): The ledger whose events are in it; null where several ledgers share it.
        reason (None | str | Unset): Why it waits or stopped; null where it does not.
        stopped_at (datetime.datetime | None | Unset):
    """

    here: bool
    sequence: int
    status: str
    stream: str
    lag: int | None | Unset = UNSET
    ledger: None | str | Unset = UNSET
    reason: None | str | Unset = UNSET
    stopped_at: datetime.datetime | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        here = self.here

        sequence = self.sequence

        status = self.status

        stream = self.stream

        lag: int | None | Unset
        if isinstance(self.lag, Unset):
            lag = UNSET
        else:
            lag = self.lag

        ledger: None | str | Unset
        if isinstance(self.ledger, Unset):
            ledger = UNSET
        else:
            ledger = self.ledger

        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason

        stopped_at: None | str | Unset
        if isinstance(self.stopped_at, Unset):
            stopped_at = UNSET
        elif isinstance(self.stopped_at, datetime.datetime):
            stopped_at = self.stopped_at.isoformat()
        else:
            stopped_at = self.stopped_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "here": here,
                "sequence": sequence,
                "status": status,
                "stream": stream,
            }
        )
        if lag is not UNSET:
            field_dict["lag"] = lag
        if ledger is not UNSET:
            field_dict["ledger"] = ledger
        if reason is not UNSET:
            field_dict["reason"] = reason
        if stopped_at is not UNSET:
            field_dict["stopped_at"] = stopped_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        here = d.pop("here")

        sequence = d.pop("sequence")

        status = d.pop("status")

        stream = d.pop("stream")

        def _parse_lag(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        lag = _parse_lag(d.pop("lag", UNSET))

        def _parse_ledger(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        ledger = _parse_ledger(d.pop("ledger", UNSET))

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        def _parse_stopped_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                stopped_at_type_0 = datetime.datetime.fromisoformat(data)

                return stopped_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        stopped_at = _parse_stopped_at(d.pop("stopped_at", UNSET))

        stream_body = cls(
            here=here,
            sequence=sequence,
            status=status,
            stream=stream,
            lag=lag,
            ledger=ledger,
            reason=reason,
            stopped_at=stopped_at,
        )

        stream_body.additional_properties = d
        return stream_body

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
