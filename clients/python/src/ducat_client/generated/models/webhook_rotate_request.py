from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="WebhookRotateRequest")


@_attrs_define
class WebhookRotateRequest:
    """How a webhook gets another secret.

    Attributes:
        grace_s (int | None | Unset): Seconds for which the secret before signs too; a day when left out. Example:
            86400.
    """

    grace_s: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        grace_s: int | None | Unset
        if isinstance(self.grace_s, Unset):
            grace_s = UNSET
        else:
            grace_s = self.grace_s

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if grace_s is not UNSET:
            field_dict["grace_s"] = grace_s

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_grace_s(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        grace_s = _parse_grace_s(d.pop("grace_s", UNSET))

        webhook_rotate_request = cls(
            grace_s=grace_s,
        )

        return webhook_rotate_request
