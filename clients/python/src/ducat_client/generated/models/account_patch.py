from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.metadata import Metadata


T = TypeVar("T", bound="AccountPatch")


@_attrs_define
class AccountPatch:
    """What to change; what is left out stays.

    Attributes:
        asset (None | str | Unset):
        closed (bool | None | Unset): Whether the account is closed.
        frozen (bool | None | Unset): Whether new debits and credits are refused.
        if_metadata (Metadata | Unset): Strings under keys, 4 KiB in all
        max_balance (int | None | Unset):
        metadata (Metadata | None | Unset):
        min_balance (int | None | Unset):
    """

    asset: None | str | Unset = UNSET
    closed: bool | None | Unset = UNSET
    frozen: bool | None | Unset = UNSET
    if_metadata: Metadata | Unset = UNSET
    max_balance: int | None | Unset = UNSET
    metadata: Metadata | None | Unset = UNSET
    min_balance: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.metadata import Metadata  # noqa: PLC0415

        asset: None | str | Unset
        if isinstance(self.asset, Unset):
            asset = UNSET
        else:
            asset = self.asset

        closed: bool | None | Unset
        if isinstance(self.closed, Unset):
            closed = UNSET
        else:
            closed = self.closed

        frozen: bool | None | Unset
        if isinstance(self.frozen, Unset):
            frozen = UNSET
        else:
            frozen = self.frozen

        if_metadata: dict[str, Any] | Unset = UNSET
        if not isinstance(self.if_metadata, Unset):
            if_metadata = self.if_metadata.to_dict()

        max_balance: int | None | Unset
        if isinstance(self.max_balance, Unset):
            max_balance = UNSET
        else:
            max_balance = self.max_balance

        metadata: dict[str, Any] | None | Unset
        if isinstance(self.metadata, Unset):
            metadata = UNSET
        elif isinstance(self.metadata, Metadata):
            metadata = self.metadata.to_dict()
        else:
            metadata = self.metadata

        min_balance: int | None | Unset
        if isinstance(self.min_balance, Unset):
            min_balance = UNSET
        else:
            min_balance = self.min_balance

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if asset is not UNSET:
            field_dict["asset"] = asset
        if closed is not UNSET:
            field_dict["closed"] = closed
        if frozen is not UNSET:
            field_dict["frozen"] = frozen
        if if_metadata is not UNSET:
            field_dict["if_metadata"] = if_metadata
        if max_balance is not UNSET:
            field_dict["max_balance"] = max_balance
        if metadata is not UNSET:
            field_dict["metadata"] = metadata
        if min_balance is not UNSET:
            field_dict["min_balance"] = min_balance

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.metadata import Metadata  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_asset(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        asset = _parse_asset(d.pop("asset", UNSET))

        def _parse_closed(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        closed = _parse_closed(d.pop("closed", UNSET))

        def _parse_frozen(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        frozen = _parse_frozen(d.pop("frozen", UNSET))

        _if_metadata = d.pop("if_metadata", UNSET)
        if_metadata: Metadata | Unset
        if isinstance(_if_metadata, Unset):
            if_metadata = UNSET
        else:
            if_metadata = Metadata.from_dict(_if_metadata)

        def _parse_max_balance(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_balance = _parse_max_balance(d.pop("max_balance", UNSET))

        def _parse_metadata(data: object) -> Metadata | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                metadata_type_0 = Metadata.from_dict(data)

                return metadata_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Metadata | None | Unset, data)

        metadata = _parse_metadata(d.pop("metadata", UNSET))

        def _parse_min_balance(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        min_balance = _parse_min_balance(d.pop("min_balance", UNSET))

        account_patch = cls(
            asset=asset,
            closed=closed,
            frozen=frozen,
            if_metadata=if_metadata,
            max_balance=max_balance,
            metadata=metadata,
            min_balance=min_balance,
        )

        return account_patch
