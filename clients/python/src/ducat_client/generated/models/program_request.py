from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.order_word import OrderWord
from ..types import UNSET, Unset

T = TypeVar("T", bound="ProgramRequest")


@_attrs_define
class ProgramRequest:
    """The terms of a program.

    Attributes:
        asset (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        order (OrderWord): Which points are spent first.
        lifetime_days (int | None | Unset): After how many days from the date on them points are lost; never when null.
        pending_days (int | Unset): For how many days from the date on them points cannot be spent.
    """

    asset: str
    order: OrderWord
    lifetime_days: int | None | Unset = UNSET
    pending_days: int | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        asset = self.asset

        order = self.order.value

        lifetime_days: int | None | Unset
        if isinstance(self.lifetime_days, Unset):
            lifetime_days = UNSET
        else:
            lifetime_days = self.lifetime_days

        pending_days = self.pending_days

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "asset": asset,
                "order": order,
            }
        )
        if lifetime_days is not UNSET:
            field_dict["lifetime_days"] = lifetime_days
        if pending_days is not UNSET:
            field_dict["pending_days"] = pending_days

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        asset = d.pop("asset")

        order = OrderWord(d.pop("order"))

        def _parse_lifetime_days(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        lifetime_days = _parse_lifetime_days(d.pop("lifetime_days", UNSET))

        pending_days = d.pop("pending_days", UNSET)

        program_request = cls(
            asset=asset,
            order=order,
            lifetime_days=lifetime_days,
            pending_days=pending_days,
        )

        return program_request
