from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="HistoryBody")


@_attrs_define
class HistoryBody:
    """Points that came or went.

    Attributes:
        at (datetime.datetime): RFC 3339, years 1 to 9999; microseconds are kept
        balance (int): Whole minor units
        id (UUID): A UUID other than the nil UUID
        payer (str): 1 to 200 bytes of text without characters that cannot be seen; space around it is removed
        points (int): Whole minor units
        seq (int): Its place in the ledger's journal.
        type_ (str): `earned`, `adjusted`, `spent`, `refunded` or `expired`.
    """

    at: datetime.datetime
    balance: int
    id: UUID
    payer: str
    points: int
    seq: int
    type_: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        at = self.at.isoformat()

        balance = self.balance

        id = str(self.id)

        payer = self.payer

        points = self.points

        seq = self.seq

        type_ = self.type_

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "at": at,
                "balance": balance,
                "id": id,
                "payer": payer,
                "points": points,
                "seq": seq,
                "type": type_,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        at = datetime.datetime.fromisoformat(d.pop("at"))

        balance = d.pop("balance")

        id = UUID(d.pop("id"))

        payer = d.pop("payer")

        points = d.pop("points")

        seq = d.pop("seq")

        type_ = d.pop("type")

        history_body = cls(
            at=at,
            balance=balance,
            id=id,
            payer=payer,
            points=points,
            seq=seq,
            type_=type_,
        )

        history_body.additional_properties = d
        return history_body

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
