from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="ReadingBody")


@_attrs_define
class ReadingBody:
    """What was in a report.

    Attributes:
        complete (bool): Whether it was read to its end. If not, the same report may be read again.
        repeated (int): Those that brought nothing new.
        rows (int): Rows.
        unreadable (int): Lines that could not be read; each is an exception.
        whole (bool): Whether silence in it counts: it was read to the end that its transport names, every line of it,
            and is not
            empty while transactions are awaited.
        accepted_as_whole (None | str | Unset): Why a person takes it for whole all the same.
    """

    complete: bool
    repeated: int
    rows: int
    unreadable: int
    whole: bool
    accepted_as_whole: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        complete = self.complete

        repeated = self.repeated

        rows = self.rows

        unreadable = self.unreadable

        whole = self.whole

        accepted_as_whole: None | str | Unset
        if isinstance(self.accepted_as_whole, Unset):
            accepted_as_whole = UNSET
        else:
            accepted_as_whole = self.accepted_as_whole

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "complete": complete,
                "repeated": repeated,
                "rows": rows,
                "unreadable": unreadable,
                "whole": whole,
            }
        )
        if accepted_as_whole is not UNSET:
            field_dict["accepted_as_whole"] = accepted_as_whole

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        complete = d.pop("complete")

        repeated = d.pop("repeated")

        rows = d.pop("rows")

        unreadable = d.pop("unreadable")

        whole = d.pop("whole")

        def _parse_accepted_as_whole(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        accepted_as_whole = _parse_accepted_as_whole(d.pop("accepted_as_whole", UNSET))

        reading_body = cls(
            complete=complete,
            repeated=repeated,
            rows=rows,
            unreadable=unreadable,
            whole=whole,
            accepted_as_whole=accepted_as_whole,
        )

        reading_body.additional_properties = d
        return reading_body

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
