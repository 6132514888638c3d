from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.scope_word import ScopeWord
from ..types import UNSET, Unset

T = TypeVar("T", bound="KeyRequest")


@_attrs_define
class KeyRequest:
    """A key to make.

    Attributes:
        ledgers (list[str]): The ledgers that it is for: names, or beginnings of names with a `*` behind them; `*` is
            all of them. Example: ['shop', 'shop-*'].
        name (str): What people call it. Example: till-7.
        scope (ScopeWord): What a key is for.
        accounts (list[str] | Unset): The accounts that it is kept to, as beginnings of names that end with a `:`; all
            where there are none. For `read`
            and `write` alone. Example: ['users:42:'].
        expires_at (datetime.datetime | None | Unset):
    """

    ledgers: list[str]
    name: str
    scope: ScopeWord
    accounts: list[str] | Unset = UNSET
    expires_at: datetime.datetime | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        ledgers = self.ledgers

        name = self.name

        scope = self.scope.value

        accounts: list[str] | Unset = UNSET
        if not isinstance(self.accounts, Unset):
            accounts = self.accounts

        expires_at: None | str | Unset
        if isinstance(self.expires_at, Unset):
            expires_at = UNSET
        elif isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "ledgers": ledgers,
                "name": name,
                "scope": scope,
            }
        )
        if accounts is not UNSET:
            field_dict["accounts"] = accounts
        if expires_at is not UNSET:
            field_dict["expires_at"] = expires_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        ledgers = cast(list[str], d.pop("ledgers"))

        name = d.pop("name")

        scope = ScopeWord(d.pop("scope"))

        accounts = cast(list[str], d.pop("accounts", UNSET))

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

        key_request = cls(
            ledgers=ledgers,
            name=name,
            scope=scope,
            accounts=accounts,
            expires_at=expires_at,
        )

        return key_request
