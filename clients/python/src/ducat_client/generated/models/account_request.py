from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.metadata import Metadata


T = TypeVar("T", bound="AccountRequest")


@_attrs_define
class AccountRequest:
    """What an account is opened with.

    Attributes:
        name (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        asset (None | str | Unset):
        max_balance (int | None | Unset):
        metadata (Metadata | Unset): Strings under keys, 4 KiB in all
        min_balance (int | None | Unset):
    """

    name: str
    asset: None | str | Unset = UNSET
    max_balance: int | None | Unset = UNSET
    metadata: Metadata | Unset = UNSET
    min_balance: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        asset: None | str | Unset
        if isinstance(self.asset, Unset):
            asset = UNSET
        else:
            asset = self.asset

        max_balance: int | None | Unset
        if isinstance(self.max_balance, Unset):
            max_balance = UNSET
        else:
            max_balance = self.max_balance

        metadata: dict[str, Any] | Unset = UNSET
        if not isinstance(self.metadata, Unset):
            metadata = self.metadata.to_dict()

        min_balance: int | None | Unset
        if isinstance(self.min_balance, Unset):
            min_balance = UNSET
        else:
            min_balance = self.min_balance

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
            }
        )
        if asset is not UNSET:
            field_dict["asset"] = asset
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
        name = d.pop("name")

        def _parse_asset(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        asset = _parse_asset(d.pop("asset", UNSET))

        def _parse_max_balance(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_balance = _parse_max_balance(d.pop("max_balance", UNSET))

        _metadata = d.pop("metadata", UNSET)
        metadata: Metadata | Unset
        if isinstance(_metadata, Unset):
            metadata = UNSET
        else:
            metadata = Metadata.from_dict(_metadata)

        def _parse_min_balance(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        min_balance = _parse_min_balance(d.pop("min_balance", UNSET))

        account_request = cls(
            name=name,
            asset=asset,
            max_balance=max_balance,
            metadata=metadata,
            min_balance=min_balance,
        )

        return account_request
