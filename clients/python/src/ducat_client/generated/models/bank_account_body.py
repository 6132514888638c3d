from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.bank_account_body_links import BankAccountBodyLinks


T = TypeVar("T", bound="BankAccountBody")


@_attrs_define
class BankAccountBody:
    """An account.

    Attributes:
        field_links (BankAccountBodyLinks): Where to go from here.
        balance (float | str): Dollars with two decimals: a number up to 2^53 - 1 cents, a string above; both are read,
            digit by digit
        created (datetime.datetime): RFC 3339, years 1 to 9999; microseconds are kept
        id (UUID): Its id, which never changes.
        name (str): Its name.
        updated (datetime.datetime): RFC 3339, years 1 to 9999; microseconds are kept
    """

    field_links: BankAccountBodyLinks
    balance: float | str
    created: datetime.datetime
    id: UUID
    name: str
    updated: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_links = self.field_links.to_dict()

        balance: float | str
        balance = self.balance

        created = self.created.isoformat()

        id = str(self.id)

        name = self.name

        updated = self.updated.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "_links": field_links,
                "balance": balance,
                "created": created,
                "id": id,
                "name": name,
                "updated": updated,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.bank_account_body_links import BankAccountBodyLinks  # noqa: PLC0415

        d = dict(src_dict)
        field_links = BankAccountBodyLinks.from_dict(d.pop("_links"))

        def _parse_balance(data: object) -> float | str:
            return cast(float | str, data)

        balance = _parse_balance(d.pop("balance"))

        created = datetime.datetime.fromisoformat(d.pop("created"))

        id = UUID(d.pop("id"))

        name = d.pop("name")

        updated = datetime.datetime.fromisoformat(d.pop("updated"))

        bank_account_body = cls(
            field_links=field_links,
            balance=balance,
            created=created,
            id=id,
            name=name,
            updated=updated,
        )

        bank_account_body.additional_properties = d
        return bank_account_body

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
