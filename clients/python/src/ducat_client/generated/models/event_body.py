from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="EventBody")


@_attrs_define
class EventBody:
    """An effect of the journal.

    Attributes:
        at (datetime.datetime): The instant of its command.
        data (Any): What happened.
        seq (int): Its place.
        type_ (str): What kind of effect it is. Example: posting.
        by (None | str | Unset): Who asked for it: the name of an actor, such as `key:0123456789abcdef`; null where no
            one was asked who he is.
        redacted (bool | Unset): Whether texts of it were erased since. Left out where not.
    """

    at: datetime.datetime
    data: Any
    seq: int
    type_: str
    by: None | str | Unset = UNSET
    redacted: bool | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        at = self.at.isoformat()

        data = self.data

        seq = self.seq

        type_ = self.type_

        by: None | str | Unset
        if isinstance(self.by, Unset):
            by = UNSET
        else:
            by = self.by

        redacted = self.redacted

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "at": at,
                "data": data,
                "seq": seq,
                "type": type_,
            }
        )
        if by is not UNSET:
            field_dict["by"] = by
        if redacted is not UNSET:
            field_dict["redacted"] = redacted

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        at = datetime.datetime.fromisoformat(d.pop("at"))

        data = d.pop("data")

        seq = d.pop("seq")

        type_ = d.pop("type")

        def _parse_by(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        by = _parse_by(d.pop("by", UNSET))

        redacted = d.pop("redacted", UNSET)

        event_body = cls(
            at=at,
            data=data,
            seq=seq,
            type_=type_,
            by=by,
            redacted=redacted,
        )

        event_body.additional_properties = d
        return event_body

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
