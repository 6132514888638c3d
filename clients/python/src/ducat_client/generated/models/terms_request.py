from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.rounding_word import RoundingWord
from ..types import UNSET, Unset

T = TypeVar("T", bound="TermsRequest")


@_attrs_define
class TermsRequest:
    """The terms from now on; what is missing is as most have it: twelve weekly installments.

    Attributes:
        asset (None | str | Unset):
        count (int | None | Unset): How many installments: 1 to 520. Example: 12.
        first_after_days (int | None | Unset): Days from the credit to the first: 0 to 366. Example: 7.
        interval_days (int | None | Unset): Days between two of them: 1 to 366. Example: 7.
        report_window_days (int | None | Unset): For how many days after it was sent a transaction is in the processor's
            reports: 1 to 92. Example: 5.
        rounding (RoundingWord | Unset): Which installments get the minor units that are left over.
    """

    asset: None | str | Unset = UNSET
    count: int | None | Unset = UNSET
    first_after_days: int | None | Unset = UNSET
    interval_days: int | None | Unset = UNSET
    report_window_days: int | None | Unset = UNSET
    rounding: RoundingWord | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        asset: None | str | Unset
        if isinstance(self.asset, Unset):
            asset = UNSET
        else:
            asset = self.asset

        count: int | None | Unset
        if isinstance(self.count, Unset):
            count = UNSET
        else:
            count = self.count

        first_after_days: int | None | Unset
        if isinstance(self.first_after_days, Unset):
            first_after_days = UNSET
        else:
            first_after_days = self.first_after_days

        interval_days: int | None | Unset
        if isinstance(self.interval_days, Unset):
            interval_days = UNSET
        else:
            interval_days = self.interval_days

        report_window_days: int | None | Unset
        if isinstance(self.report_window_days, Unset):
            report_window_days = UNSET
        else:
            report_window_days = self.report_window_days

        rounding: str | Unset = UNSET
        if not isinstance(self.rounding, Unset):
            rounding = self.rounding.value

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if asset is not UNSET:
            field_dict["asset"] = asset
        if count is not UNSET:
            field_dict["count"] = count
        if first_after_days is not UNSET:
            field_dict["first_after_days"] = first_after_days
        if interval_days is not UNSET:
            field_dict["interval_days"] = interval_days
        if report_window_days is not UNSET:
            field_dict["report_window_days"] = report_window_days
        if rounding is not UNSET:
            field_dict["rounding"] = rounding

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_asset(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        asset = _parse_asset(d.pop("asset", UNSET))

        def _parse_count(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        count = _parse_count(d.pop("count", UNSET))

        def _parse_first_after_days(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        first_after_days = _parse_first_after_days(d.pop("first_after_days", UNSET))

        def _parse_interval_days(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        interval_days = _parse_interval_days(d.pop("interval_days", UNSET))

        def _parse_report_window_days(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        report_window_days = _parse_report_window_days(d.pop("report_window_days", UNSET))

        _rounding = d.pop("rounding", UNSET)
        rounding: RoundingWord | Unset
        if isinstance(_rounding, Unset):
            rounding = UNSET
        else:
            rounding = RoundingWord(_rounding)

        terms_request = cls(
            asset=asset,
            count=count,
            first_after_days=first_after_days,
            interval_days=interval_days,
            report_window_days=report_window_days,
            rounding=rounding,
        )

        return terms_request
