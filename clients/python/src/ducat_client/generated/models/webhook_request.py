from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="WebhookRequest")


@_attrs_define
class WebhookRequest:
    """A webhook to open.

    Attributes:
        url (str): Where events are sent: an address of the public Internet, with https. Example:
            https://example.com/hooks/ducat.
        accounts (list[str] | Unset): The accounts whose events are sent, as beginnings of names that end with a `:`;
            all when left out. Example: ['users:42:'].
        after (int | None | Unset): The seq after which events are sent; 0 for all of them. When left out, events are
            sent that are committed from now on. Example: 0.
        description (str | Unset): A description for people.
        ordered (bool | Unset): Whether events are sent one after another, in order. When `false`, several are sent at a
            time, and one that is not
            accepted does not keep the others waiting. Default: True.
        secret_file (None | str | Unset): A file with a secret of your own (`whsec_` and base64), in the ledger's folder
            below `--webhook-secrets`. When left
            out, the server derives one. Example: till.
        types (list[str] | Unset): Which types of events are sent: names, or beginnings of names with `.*` behind them;
            all when left out. Example: ['ducat.transaction.*'].
    """

    url: str
    accounts: list[str] | Unset = UNSET
    after: int | None | Unset = UNSET
    description: str | Unset = UNSET
    ordered: bool | Unset = True
    secret_file: None | str | Unset = UNSET
    types: list[str] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        url = self.url

        accounts: list[str] | Unset = UNSET
        if not isinstance(self.accounts, Unset):
            accounts = self.accounts

        after: int | None | Unset
        if isinstance(self.after, Unset):
            after = UNSET
        else:
            after = self.after

        description = self.description

        ordered = self.ordered

        secret_file: None | str | Unset
        if isinstance(self.secret_file, Unset):
            secret_file = UNSET
        else:
            secret_file = self.secret_file

        types: list[str] | Unset = UNSET
        if not isinstance(self.types, Unset):
            types = self.types

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "url": url,
            }
        )
        if accounts is not UNSET:
            field_dict["accounts"] = accounts
        if after is not UNSET:
            field_dict["after"] = after
        if description is not UNSET:
            field_dict["description"] = description
        if ordered is not UNSET:
            field_dict["ordered"] = ordered
        if secret_file is not UNSET:
            field_dict["secret_file"] = secret_file
        if types is not UNSET:
            field_dict["types"] = types

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        url = d.pop("url")

        accounts = cast(list[str], d.pop("accounts", UNSET))

        def _parse_after(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        after = _parse_after(d.pop("after", UNSET))

        description = d.pop("description", UNSET)

        ordered = d.pop("ordered", UNSET)

        def _parse_secret_file(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        secret_file = _parse_secret_file(d.pop("secret_file", UNSET))

        types = cast(list[str], d.pop("types", UNSET))

        webhook_request = cls(
            url=url,
            accounts=accounts,
            after=after,
            description=description,
            ordered=ordered,
            secret_file=secret_file,
            types=types,
        )

        return webhook_request
