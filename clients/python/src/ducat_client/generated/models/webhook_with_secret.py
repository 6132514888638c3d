from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.webhook_status import WebhookStatus
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.retry_body import RetryBody


T = TypeVar("T", bound="WebhookWithSecret")


@_attrs_define
class WebhookWithSecret:
    """A webhook, with what its receiver needs.

    Attributes:
        accounts (list[str]): The accounts whose events are sent; all where there are none.
        attempts (int): How many attempts to deliver there were in all.
        created_at (datetime.datetime): RFC 3339, years 1 to 9999; microseconds are kept
        description (str): A description for people.
        id (str): Its id. Example: 0123456789abcdef.
        lag (int): How many events of the ledger come after it, of all types.
        ordered (bool): Whether events are sent one after another.
        retries (list[RetryBody]): Events that are being sent, or were not accepted and are to be sent again. In an
            ordered webhook, later events wait for
            them.
        seq (int): Events up to this seq were accepted, or are in `retries`.
        status (WebhookStatus): Whether a webhook is sent to.
        types (list[str]): Which types of events are sent; all where there are none.
        url (str): Where events are sent.
        reason (None | str | Unset): Why the server disabled or closed it; null where it did not.
        secret_file (None | str | Unset): The file with its secrets; null where the server derives them.
        secret (None | str | Unset): What its receiver verifies signatures with; null where it is in a file. Example:
            whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw.
    """

    accounts: list[str]
    attempts: int
    created_at: datetime.datetime
    description: str
    id: str
    lag: int
    ordered: bool
    retries: list[RetryBody]
    seq: int
    status: WebhookStatus
    types: list[str]
    url: str
    reason: None | str | Unset = UNSET
    secret_file: None | str | Unset = UNSET
    secret: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        accounts = self.accounts

        attempts = self.attempts

        created_at = self.created_at.isoformat()

        description = self.description

        id = self.id

        lag = self.lag

        ordered = self.ordered

        retries = []
        for retries_item_data in self.retries:
            retries_item = retries_item_data.to_dict()
            retries.append(retries_item)

        seq = self.seq

        status = self.status.value

        types = self.types

        url = self.url

        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason

        secret_file: None | str | Unset
        if isinstance(self.secret_file, Unset):
            secret_file = UNSET
        else:
            secret_file = self.secret_file

        secret: None | str | Unset
        if isinstance(self.secret, Unset):
            secret = UNSET
        else:
            secret = self.secret

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "accounts": accounts,
                "attempts": attempts,
                "created_at": created_at,
                "description": description,
                "id": id,
                "lag": lag,
                "ordered": ordered,
                "retries": retries,
                "seq": seq,
                "status": status,
                "types": types,
                "url": url,
            }
        )
        if reason is not UNSET:
            field_dict["reason"] = reason
        if secret_file is not UNSET:
            field_dict["secret_file"] = secret_file
        if secret is not UNSET:
            field_dict["secret"] = secret

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.retry_body import RetryBody  # noqa: PLC0415

        d = dict(src_dict)
        accounts = cast(list[str], d.pop("accounts"))

        attempts = d.pop("attempts")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        description = d.pop("description")

        id = d.pop("id")

        lag = d.pop("lag")

        ordered = d.pop("ordered")

        retries = []
        _retries = d.pop("retries")
        for retries_item_data in _retries:
            retries_item = RetryBody.from_dict(retries_item_data)

            retries.append(retries_item)

        seq = d.pop("seq")

        status = WebhookStatus(d.pop("status"))

        types = cast(list[str], d.pop("types"))

        url = d.pop("url")

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        def _parse_secret_file(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        secret_file = _parse_secret_file(d.pop("secret_file", UNSET))

        def _parse_secret(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        secret = _parse_secret(d.pop("secret", UNSET))

        webhook_with_secret = cls(
            accounts=accounts,
            attempts=attempts,
            created_at=created_at,
            description=description,
            id=id,
            lag=lag,
            ordered=ordered,
            retries=retries,
            seq=seq,
            status=status,
            types=types,
            url=url,
            reason=reason,
            secret_file=secret_file,
            secret=secret,
        )

        webhook_with_secret.additional_properties = d
        return webhook_with_secret

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
