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


T = TypeVar("T", bound="PostingData")


@_attrs_define
class PostingData:
    """A posting. A transaction with several has an event for each.

    Attributes:
        amount (int): Whole minor units
        asset (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        destination (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        destination_balance (int | None):
        effective_at (datetime.datetime): RFC 3339, years 1 to 9999; microseconds are kept
        leg (int): Its place in the transaction, from 0.
        legs (int): How many postings the transaction has.
        source (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        source_balance (int | None):
        transaction (UUID): A UUID other than the nil UUID
        detail (DetailData | None | Unset):
        hold (int | None | Unset): The seq of the hold that it posts.
    """

    amount: int
    asset: str
    destination: str
    destination_balance: int | None
    effective_at: datetime.datetime
    leg: int
    legs: int
    source: str
    source_balance: int | None
    transaction: UUID
    detail: DetailData | None | Unset = UNSET
    hold: int | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.detail_data import DetailData  # noqa: PLC0415

        amount = self.amount

        asset = self.asset

        destination = self.destination

        destination_balance: int | None
        destination_balance = self.destination_balance

        effective_at = self.effective_at.isoformat()

        leg = self.leg

        legs = self.legs

        source = self.source

        source_balance: int | None
        source_balance = self.source_balance

        transaction = str(self.transaction)

        detail: dict[str, Any] | None | Unset
        if isinstance(self.detail, Unset):
            detail = UNSET
        elif isinstance(self.detail, DetailData):
            detail = self.detail.to_dict()
        else:
            detail = self.detail

        hold: int | None | Unset
        if isinstance(self.hold, Unset):
            hold = UNSET
        else:
            hold = self.hold

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "amount": amount,
                "asset": asset,
                "destination": destination,
                "destination_balance": destination_balance,
                "effective_at": effective_at,
                "leg": leg,
                "legs": legs,
                "source": source,
                "source_balance": source_balance,
                "transaction": transaction,
            }
        )
        if detail is not UNSET:
            field_dict["detail"] = detail
        if hold is not UNSET:
            field_dict["hold"] = hold

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.detail_data import DetailData  # noqa: PLC0415

        d = dict(src_dict)
        amount = d.pop("amount")

        asset = d.pop("asset")

        destination = d.pop("destination")

        def _parse_destination_balance(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        destination_balance = _parse_destination_balance(d.pop("destination_balance"))

        effective_at = datetime.datetime.fromisoformat(d.pop("effective_at"))

        leg = d.pop("leg")

        legs = d.pop("legs")

        source = d.pop("source")

        def _parse_source_balance(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        source_balance = _parse_source_balance(d.pop("source_balance"))

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

        def _parse_hold(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        hold = _parse_hold(d.pop("hold", UNSET))

        posting_data = cls(
            amount=amount,
            asset=asset,
            destination=destination,
            destination_balance=destination_balance,
            effective_at=effective_at,
            leg=leg,
            legs=legs,
            source=source,
            source_balance=source_balance,
            transaction=transaction,
            detail=detail,
            hold=hold,
        )

        posting_data.additional_properties = d
        return posting_data

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
