from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.rounding_word import RoundingWord

T = TypeVar("T", bound="TermsOf")


@_attrs_define
class TermsOf:
    """What holds for an advance.

    Attributes:
        count (int): How many installments.
        first_after_days (int): Days from the credit to the first.
        interval_days (int): Days between two of them.
        report_window_days (int): For how many days after it was sent a transaction is in reports.
        rounding (RoundingWord): Which installments get the minor units that are left over.
    """

    count: int
    first_after_days: int
    interval_days: int
    report_window_days: int
    rounding: RoundingWord
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        count = self.count

        first_after_days = self.first_after_days

        interval_days = self.interval_days

        report_window_days = self.report_window_days

        rounding = self.rounding.value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "count": count,
                "first_after_days": first_after_days,
                "interval_days": interval_days,
                "report_window_days": report_window_days,
                "rounding": rounding,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        count = d.pop("count")

        first_after_days = d.pop("first_after_days")

        interval_days = d.pop("interval_days")

        report_window_days = d.pop("report_window_days")

        rounding = RoundingWord(d.pop("rounding"))

        terms_of = cls(
            count=count,
            first_after_days=first_after_days,
            interval_days=interval_days,
            report_window_days=report_window_days,
            rounding=rounding,
        )

        terms_of.additional_properties = d
        return terms_of

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
