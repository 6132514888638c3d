from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="LedgerPatch")


@_attrs_define
class LedgerPatch:
    """What to change of a ledger.

    Attributes:
        archived (bool | None | Unset): Whether the ledger is archived: read-only, and left out of lists. Example:
            False.
        default_asset (None | str | Unset):
    """

    archived: bool | None | Unset = UNSET
    default_asset: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        archived: bool | None | Unset
        if isinstance(self.archived, Unset):
            archived = UNSET
        else:
            archived = self.archived

        default_asset: None | str | Unset
        if isinstance(self.default_asset, Unset):
            default_asset = UNSET
        else:
            default_asset = self.default_asset

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if archived is not UNSET:
            field_dict["archived"] = archived
        if default_asset is not UNSET:
            field_dict["default_asset"] = default_asset

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_archived(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        archived = _parse_archived(d.pop("archived", UNSET))

        def _parse_default_asset(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        default_asset = _parse_default_asset(d.pop("default_asset", UNSET))

        ledger_patch = cls(
            archived=archived,
            default_asset=default_asset,
        )

        return ledger_patch
