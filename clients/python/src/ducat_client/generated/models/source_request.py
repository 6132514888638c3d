from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="SourceRequest")


@_attrs_define
class SourceRequest:
    """An account that may be debited for a part.

    Attributes:
        account (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        keep (int | None | Unset):
    """

    account: str
    keep: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        account = self.account

        keep: int | None | Unset
        if isinstance(self.keep, Unset):
            keep = UNSET
        else:
            keep = self.keep

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "account": account,
            }
        )
        if keep is not UNSET:
            field_dict["keep"] = keep

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        account = d.pop("account")

        def _parse_keep(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        keep = _parse_keep(d.pop("keep", UNSET))

        source_request = cls(
            account=account,
            keep=keep,
        )

        return source_request
