from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.cloud_event_data_type_0 import CloudEventDataType0


T = TypeVar("T", bound="CloudEvent")


@_attrs_define
class CloudEvent:
    """An event, as CloudEvents 1.0 has it.

    Attributes:
        datacontenttype (str): What `data` is. Example: application/json.
        id (str): The ledger and the event's `seq` in it. Example: shop:7.
        source (str): The ledger, as a path below the name of the deployment (`--event-source`). Example:
            /v1/ledgers/shop.
        specversion (str): The version of CloudEvents. Example: 1.0.
        time (datetime.datetime): RFC 3339, years 1 to 9999; microseconds are kept
        type_ (str): What happened. Example: ducat.transaction.posted.v1.
        by (None | str | Unset): Who asked for it: the name of an actor, such as `key:0123456789abcdef`. Left out where
            that was not recorded, or is
            not shown.
        data (CloudEventDataType0 | None | Unset): What happened, in the members of its type.
        dataref (None | str | Unset): Where an event of more than 20,000 bytes is found whole, in place of `data`.
        redacted (bool | Unset): Whether texts of it were erased since. Left out where not.
        subject (None | str | Unset): To what it happened, as a path below the ledger; left out where that is the ledger
            itself. Example: transactions/018f5e9c-7a80-7000-8000-000000000001.
    """

    datacontenttype: str
    id: str
    source: str
    specversion: str
    time: datetime.datetime
    type_: str
    by: None | str | Unset = UNSET
    data: CloudEventDataType0 | None | Unset = UNSET
    dataref: None | str | Unset = UNSET
    redacted: bool | Unset = UNSET
    subject: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.cloud_event_data_type_0 import CloudEventDataType0  # noqa: PLC0415

        datacontenttype = self.datacontenttype

        id = self.id

        source = self.source

        specversion = self.specversion

        time = self.time.isoformat()

        type_ = self.type_

        by: None | str | Unset
        if isinstance(self.by, Unset):
            by = UNSET
        else:
            by = self.by

        data: dict[str, Any] | None | Unset
        if isinstance(self.data, Unset):
            data = UNSET
        elif isinstance(self.data, CloudEventDataType0):
            data = self.data.to_dict()
        else:
            data = self.data

        dataref: None | str | Unset
        if isinstance(self.dataref, Unset):
            dataref = UNSET
        else:
            dataref = self.dataref

        redacted = self.redacted

        subject: None | str | Unset
        if isinstance(self.subject, Unset):
            subject = UNSET
        else:
            subject = self.subject

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "datacontenttype": datacontenttype,
                "id": id,
                "source": source,
                "specversion": specversion,
                "time": time,
                "type": type_,
            }
        )
        if by is not UNSET:
            field_dict["by"] = by
        if data is not UNSET:
            field_dict["data"] = data
        if dataref is not UNSET:
            field_dict["dataref"] = dataref
        if redacted is not UNSET:
            field_dict["redacted"] = redacted
        if subject is not UNSET:
            field_dict["subject"] = subject

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.cloud_event_data_type_0 import CloudEventDataType0  # noqa: PLC0415

        d = dict(src_dict)
        datacontenttype = d.pop("datacontenttype")

        id = d.pop("id")

        source = d.pop("source")

        specversion = d.pop("specversion")

        time = datetime.datetime.fromisoformat(d.pop("time"))

        type_ = d.pop("type")

        def _parse_by(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        by = _parse_by(d.pop("by", UNSET))

        def _parse_data(data: object) -> CloudEventDataType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                data_type_0 = CloudEventDataType0.from_dict(data)

                return data_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CloudEventDataType0 | None | Unset, data)

        data = _parse_data(d.pop("data", UNSET))

        def _parse_dataref(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        dataref = _parse_dataref(d.pop("dataref", UNSET))

        redacted = d.pop("redacted", UNSET)

        def _parse_subject(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        subject = _parse_subject(d.pop("subject", UNSET))

        cloud_event = cls(
            datacontenttype=datacontenttype,
            id=id,
            source=source,
            specversion=specversion,
            time=time,
            type_=type_,
            by=by,
            data=data,
            dataref=dataref,
            redacted=redacted,
            subject=subject,
        )

        cloud_event.additional_properties = d
        return cloud_event

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
