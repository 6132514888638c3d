from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.detail_data import DetailData


T = TypeVar("T", bound="HoldData")


@_attrs_define
class HoldData:
    """A posting that is held.

    Attributes:
        amount (int): Whole minor units
        asset (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        destination (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        leg (int): Its place in the transaction, from 0.
        legs (int): How many postings the transaction has.
        source (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        transaction (UUID): A UUID other than the nil UUID
        detail (DetailData | None | Unset):
        expires_at (datetime.datetime | None | Unset):
    """

    amount: int
    asset: str
    destination: str
    leg: int
    legs: int
    source: str
    transaction: UUID
    detail: DetailData | None | Unset = UNSET
    expires_at: datetime.datetime | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.detail_data import DetailData  # noqa: PLC0415

        amount = self.amount

        asset = self.asset

        destination = self.destination

        leg = self.leg

        legs = self.legs

        source = self.source

        transaction = str(self.transaction)

        detail: dict[str, Any] | None | Unset
        if isinstance(self.detail, Unset):
            detail = UNSET
        elif isinstance(self.detail, DetailData):
            detail = self.detail.to_dict()
        else:
            detail = self.detail

        expires_at: None | str | Unset
        if isinstance(self.expires_at, Unset):
            expires_at = UNSET
        elif isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "amount": amount,
                "asset": asset,
                "destination": destination,
                "leg": leg,
                "legs": legs,
                "source": source,
                "transaction": transaction,
            }
        )
        if detail is not UNSET:
            field_dict["detail"] = detail
        if expires_at is not UNSET:
            field_dict["expires_at"] = expires_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.detail_data import DetailData  # noqa: PLC0415

        d = dict(src_dict)
        amount = d.pop("amount")

        asset = d.pop("asset")

        destination = d.pop("destination")

        leg = d.pop("leg")

        legs = d.pop("legs")

        source = d.pop("source")

        transaction = UUID(d.pop("transaction"))

        def _parse_detail(data: object) -> DetailData | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                detail_type_0 = DetailData.from_dict(data)

                return detail_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(DetailData | None | Unset, data)

        detail = _parse_detail(d.pop("detail", UNSET))

        def _parse_expires_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expires_at_type_0 = datetime.datetime.fromisoformat(data)

                return expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        expires_at = _parse_expires_at(d.pop("expires_at", UNSET))

        hold_data = cls(
            amount=amount,
            asset=asset,
            destination=destination,
            leg=leg,
            legs=legs,
            source=source,
            transaction=transaction,
            detail=detail,
            expires_at=expires_at,
        )

        hold_data.additional_properties = d
        return hold_data

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
