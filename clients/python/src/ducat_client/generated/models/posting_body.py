from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="PostingBody")


@_attrs_define
class PostingBody:
    """A posting, with both balances after it once it is posted.

    Attributes:
        amount (int): Whole minor units
        asset (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        destination (str): The name of an account; `*` where the key is kept to some accounts and this is none of them
        source (str): The name of an account; `*` where the key is kept to some accounts and this is none of them
        destination_balance (int | None | Unset):
        reversed_ (int | None | Unset):
        source_balance (int | None | Unset):
    """

    amount: int
    asset: str
    destination: str
    source: str
    destination_balance: int | None | Unset = UNSET
    reversed_: int | None | Unset = UNSET
    source_balance: int | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        amount = self.amount

        asset = self.asset

        destination = self.destination

        source = self.source

        destination_balance: int | None | Unset
        if isinstance(self.destination_balance, Unset):
            destination_balance = UNSET
        else:
            destination_balance = self.destination_balance

        reversed_: int | None | Unset
        if isinstance(self.reversed_, Unset):
            reversed_ = UNSET
        else:
            reversed_ = self.reversed_

        source_balance: int | None | Unset
        if isinstance(self.source_balance, Unset):
            source_balance = UNSET
        else:
            source_balance = self.source_balance

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "amount": amount,
                "asset": asset,
                "destination": destination,
                "source": source,
            }
        )
        if destination_balance is not UNSET:
            field_dict["destination_balance"] = destination_balance
        if reversed_ is not UNSET:
            field_dict["reversed"] = reversed_
        if source_balance is not UNSET:
            field_dict["source_balance"] = source_balance

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        amount = d.pop("amount")

        asset = d.pop("asset")

        destination = d.pop("destination")

        source = d.pop("source")

        def _parse_destination_balance(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        destination_balance = _parse_destination_balance(d.pop("destination_balance", UNSET))

        def _parse_reversed_(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        reversed_ = _parse_reversed_(d.pop("reversed", UNSET))

        def _parse_source_balance(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        source_balance = _parse_source_balance(d.pop("source_balance", UNSET))

        posting_body = cls(
            amount=amount,
            asset=asset,
            destination=destination,
            source=source,
            destination_balance=destination_balance,
            reversed_=reversed_,
            source_balance=source_balance,
        )

        posting_body.additional_properties = d
        return posting_body

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
