from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.scope_word import ScopeWord
from ..types import UNSET, Unset

T = TypeVar("T", bound="PageKeyBodyDataItem")


@_attrs_define
class PageKeyBodyDataItem:
    """A key, without its secret.

    Attributes:
        accounts (list[str]): The accounts that it is kept to; all where there are none.
        created_at (datetime.datetime): RFC 3339, years 1 to 9999; microseconds are kept
        id (str): Its id, which also stands in the key itself. Example: 0123456789abcdef.
        ledgers (list[str]): The ledgers that it is for.
        name (str): What people call it.
        revoked (bool): Whether it was revoked.
        scope (ScopeWord): What a key is for.
        expires_at (datetime.datetime | None | Unset):
        first_used_at (datetime.datetime | None | Unset):
        last_used_at (datetime.datetime | None | Unset):
        retiring_until (datetime.datetime | None | Unset):
    """

    accounts: list[str]
    created_at: datetime.datetime
    id: str
    ledgers: list[str]
    name: str
    revoked: bool
    scope: ScopeWord
    expires_at: datetime.datetime | None | Unset = UNSET
    first_used_at: datetime.datetime | None | Unset = UNSET
    last_used_at: datetime.datetime | None | Unset = UNSET
    retiring_until: datetime.datetime | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        accounts = self.accounts

        created_at = self.created_at.isoformat()

        id = self.id

        ledgers = self.ledgers

        name = self.name

        revoked = self.revoked

        scope = self.scope.value

        expires_at: None | str | Unset
        if isinstance(self.expires_at, Unset):
            expires_at = UNSET
        elif isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        first_used_at: None | str | Unset
        if isinstance(self.first_used_at, Unset):
            first_used_at = UNSET
        elif isinstance(self.first_used_at, datetime.datetime):
            first_used_at = self.first_used_at.isoformat()
        else:
            first_used_at = self.first_used_at

        last_used_at: None | str | Unset
        if isinstance(self.last_used_at, Unset):
            last_used_at = UNSET
        elif isinstance(self.last_used_at, datetime.datetime):
            last_used_at = self.last_used_at.isoformat()
        else:
            last_used_at = self.last_used_at

        retiring_until: None | str | Unset
        if isinstance(self.retiring_until, Unset):
            retiring_until = UNSET
        elif isinstance(self.retiring_until, datetime.datetime):
            retiring_until = self.retiring_until.isoformat()
        else:
            retiring_until = self.retiring_until

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "accounts": accounts,
                "created_at": created_at,
                "id": id,
                "ledgers": ledgers,
                "name": name,
                "revoked": revoked,
                "scope": scope,
            }
        )
        if expires_at is not UNSET:
            field_dict["expires_at"] = expires_at
        if first_used_at is not UNSET:
            field_dict["first_used_at"] = first_used_at
        if last_used_at is not UNSET:
            field_dict["last_used_at"] = last_used_at
        if retiring_until is not UNSET:
            field_dict["retiring_until"] = retiring_until

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        accounts = cast(list[str], d.pop("accounts"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        id = d.pop("id")

        ledgers = cast(list[str], d.pop("ledgers"))

        name = d.pop("name")

        revoked = d.pop("revoked")

        scope = ScopeWord(d.pop("scope"))

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

        def _parse_first_used_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                first_used_at_type_0 = datetime.datetime.fromisoformat(data)

                return first_used_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        first_used_at = _parse_first_used_at(d.pop("first_used_at", UNSET))

        def _parse_last_used_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_used_at_type_0 = datetime.datetime.fromisoformat(data)

                return last_used_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        last_used_at = _parse_last_used_at(d.pop("last_used_at", UNSET))

        def _parse_retiring_until(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                retiring_until_type_0 = datetime.datetime.fromisoformat(data)

                return retiring_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        retiring_until = _parse_retiring_until(d.pop("retiring_until", UNSET))

        page_key_body_data_item = cls(
            accounts=accounts,
            created_at=created_at,
            id=id,
            ledgers=ledgers,
            name=name,
            revoked=revoked,
            scope=scope,
            expires_at=expires_at,
            first_used_at=first_used_at,
            last_used_at=last_used_at,
            retiring_until=retiring_until,
        )

        page_key_body_data_item.additional_properties = d
        return page_key_body_data_item

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
