from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ProgressBody")


@_attrs_define
class ProgressBody:
    """How far a run is.

    Attributes:
        advances (int): Advances that were looked at.
        asked (int): Transactions that the processor was asked for.
        repeated (int): Those that brought nothing new.
        rows (int): Rows of its report that were read.
    """

    advances: int
    asked: int
    repeated: int
    rows: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        advances = self.advances

        asked = self.asked

        repeated = self.repeated

        rows = self.rows

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "advances": advances,
                "asked": asked,
                "repeated": repeated,
                "rows": rows,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        advances = d.pop("advances")

        asked = d.pop("asked")

        repeated = d.pop("repeated")

        rows = d.pop("rows")

        progress_body = cls(
            advances=advances,
            asked=asked,
            repeated=repeated,
            rows=rows,
        )

        progress_body.additional_properties = d
        return progress_body

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
