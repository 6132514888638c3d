from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="EntryBody")


@_attrs_define
class EntryBody:
    """One side of a posting.

    Attributes:
        amount (int): Whole minor units
        at (datetime.datetime): RFC 3339, years 1 to 9999; microseconds are kept
        balance (int): Whole minor units
        counterparty (str): The name of an account; `*` where the key is kept to some accounts and this is none of them
        effective_at (datetime.datetime): RFC 3339, years 1 to 9999; microseconds are kept
        seq (int): Its place in the journal.
        transaction (UUID): A UUID other than the nil UUID
        description (None | str | Unset): What for.
    """

    amount: int
    at: datetime.datetime
    balance: int
    counterparty: str
    effective_at: datetime.datetime
    seq: int
    transaction: UUID
    description: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        amount = self.amount

        at = self.at.isoformat()

        balance = self.balance

        counterparty = self.counterparty

        effective_at = self.effective_at.isoformat()

        seq = self.seq

        transaction = str(self.transaction)

        description: None | str | Unset
        if isinstance(self.description, Unset):
            description = UNSET
        else:
            description = self.description

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "amount": amount,
                "at": at,
                "balance": balance,
                "counterparty": counterparty,
                "effective_at": effective_at,
                "seq": seq,
                "transaction": transaction,
            }
        )
        if description is not UNSET:
            field_dict["description"] = description

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        amount = d.pop("amount")

        at = datetime.datetime.fromisoformat(d.pop("at"))

        balance = d.pop("balance")

        counterparty = d.pop("counterparty")

        effective_at = datetime.datetime.fromisoformat(d.pop("effective_at"))

        seq = d.pop("seq")

        transaction = UUID(d.pop("transaction"))

        def _parse_description(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        description = _parse_description(d.pop("description", UNSET))

        entry_body = cls(
            amount=amount,
            at=at,
            balance=balance,
            counterparty=counterparty,
            effective_at=effective_at,
            seq=seq,
            transaction=transaction,
            description=description,
        )

        entry_body.additional_properties = d
        return entry_body

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
