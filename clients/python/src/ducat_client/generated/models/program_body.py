from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.order_word import OrderWord
from ..types import UNSET, Unset

T = TypeVar("T", bound="ProgramBody")


@_attrs_define
class ProgramBody:
    """The terms on which a ledger keeps points.

    Attributes:
        asset (str): In which asset.
        order (OrderWord): Which points are spent first.
        pending_days (int): For how many days from the date on them points cannot be spent.
        lifetime_days (int | None | Unset): After how many days points are lost; never when null.
    """

    asset: str
    order: OrderWord
    pending_days: int
    lifetime_days: int | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        asset = self.asset

        order = self.order.value

        pending_days = self.pending_days

        lifetime_days: int | None | Unset
        if isinstance(self.lifetime_days, Unset):
            lifetime_days = UNSET
        else:
            lifetime_days = self.lifetime_days

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "asset": asset,
                "order": order,
                "pending_days": pending_days,
            }
        )
        if lifetime_days is not UNSET:
            field_dict["lifetime_days"] = lifetime_days

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        asset = d.pop("asset")

        order = OrderWord(d.pop("order"))

        pending_days = d.pop("pending_days")

        def _parse_lifetime_days(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        lifetime_days = _parse_lifetime_days(d.pop("lifetime_days", UNSET))

        program_body = cls(
            asset=asset,
            order=order,
            pending_days=pending_days,
            lifetime_days=lifetime_days,
        )

        program_body.additional_properties = d
        return program_body

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
