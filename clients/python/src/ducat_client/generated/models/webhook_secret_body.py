from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="WebhookSecretBody")


@_attrs_define
class WebhookSecretBody:
    """The secrets that sign what is sent to a webhook.

    Attributes:
        secret (str): The current one. Example: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw.
        retiring (None | str | Unset): The one before, which signs too; null where there is none.
        retiring_until (datetime.datetime | None | Unset):
    """

    secret: str
    retiring: None | str | Unset = UNSET
    retiring_until: datetime.datetime | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        secret = self.secret

        retiring: None | str | Unset
        if isinstance(self.retiring, Unset):
            retiring = UNSET
        else:
            retiring = self.retiring

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
                "secret": secret,
            }
        )
        if retiring is not UNSET:
            field_dict["retiring"] = retiring
        if retiring_until is not UNSET:
            field_dict["retiring_until"] = retiring_until

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        secret = d.pop("secret")

        def _parse_retiring(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        retiring = _parse_retiring(d.pop("retiring", UNSET))

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

        webhook_secret_body = cls(
            secret=secret,
            retiring=retiring,
            retiring_until=retiring_until,
        )

        webhook_secret_body.additional_properties = d
        return webhook_secret_body

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
