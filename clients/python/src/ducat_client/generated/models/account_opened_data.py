from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.metadata import Metadata


T = TypeVar("T", bound="AccountOpenedData")


@_attrs_define
class AccountOpenedData:
    """An account opened for an asset.

    Attributes:
        account (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        asset (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        metadata (Metadata): Strings under keys, 4 KiB in all
        max_balance (int | None | Unset):
        min_balance (int | None | Unset):
    """

    account: str
    asset: str
    metadata: Metadata
    max_balance: int | None | Unset = UNSET
    min_balance: int | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        account = self.account

        asset = self.asset

        metadata = self.metadata.to_dict()

        max_balance: int | None | Unset
        if isinstance(self.max_balance, Unset):
            max_balance = UNSET
        else:
            max_balance = self.max_balance

        min_balance: int | None | Unset
        if isinstance(self.min_balance, Unset):
            min_balance = UNSET
        else:
            min_balance = self.min_balance

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "account": account,
                "asset": asset,
                "metadata": metadata,
            }
        )
        if max_balance is not UNSET:
            field_dict["max_balance"] = max_balance
        if min_balance is not UNSET:
            field_dict["min_balance"] = min_balance

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.metadata import Metadata  # noqa: PLC0415

        d = dict(src_dict)
        account = d.pop("account")

        asset = d.pop("asset")

        metadata = Metadata.from_dict(d.pop("metadata"))

        def _parse_max_balance(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_balance = _parse_max_balance(d.pop("max_balance", UNSET))

        def _parse_min_balance(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        min_balance = _parse_min_balance(d.pop("min_balance", UNSET))

        account_opened_data = cls(
            account=account,
            asset=asset,
            metadata=metadata,
            max_balance=max_balance,
            min_balance=min_balance,
        )

        account_opened_data.additional_properties = d
        return account_opened_data

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
