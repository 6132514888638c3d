from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.zero_amounts_word import ZeroAmountsWord
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.asset_request import AssetRequest


T = TypeVar("T", bound="LedgerRequest")


@_attrs_define
class LedgerRequest:
    """What a ledger is opened with.

    Attributes:
        name (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        assets (list[AssetRequest] | Unset): Its first assets.
        default_asset (None | str | Unset):
        implicit_accounts (bool | Unset): Whether a missing account is opened, with a floor of 0, by the first
            transaction that names it.
        rank_by_entries (bool | Unset): Whether its accounts are kept in order of how many entries they have, which
            costs every posting a little.
        zero_amounts (ZeroAmountsWord | Unset): What becomes of a posting of 0.
    """

    name: str
    assets: list[AssetRequest] | Unset = UNSET
    default_asset: None | str | Unset = UNSET
    implicit_accounts: bool | Unset = UNSET
    rank_by_entries: bool | Unset = UNSET
    zero_amounts: ZeroAmountsWord | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        assets: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.assets, Unset):
            assets = []
            for assets_item_data in self.assets:
                assets_item = assets_item_data.to_dict()
                assets.append(assets_item)

        default_asset: None | str | Unset
        if isinstance(self.default_asset, Unset):
            default_asset = UNSET
        else:
            default_asset = self.default_asset

        implicit_accounts = self.implicit_accounts

        rank_by_entries = self.rank_by_entries

        zero_amounts: str | Unset = UNSET
        if not isinstance(self.zero_amounts, Unset):
            zero_amounts = self.zero_amounts.value

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
            }
        )
        if assets is not UNSET:
            field_dict["assets"] = assets
        if default_asset is not UNSET:
            field_dict["default_asset"] = default_asset
        if implicit_accounts is not UNSET:
            field_dict["implicit_accounts"] = implicit_accounts
        if rank_by_entries is not UNSET:
            field_dict["rank_by_entries"] = rank_by_entries
        if zero_amounts is not UNSET:
            field_dict["zero_amounts"] = zero_amounts

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.asset_request import AssetRequest  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        _assets = d.pop("assets", UNSET)
        assets: list[AssetRequest] | Unset = UNSET
        if _assets is not UNSET:
            assets = []
            for assets_item_data in _assets:
                assets_item = AssetRequest.from_dict(assets_item_data)

                assets.append(assets_item)

        def _parse_default_asset(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        default_asset = _parse_default_asset(d.pop("default_asset", UNSET))

        implicit_accounts = d.pop("implicit_accounts", UNSET)

        rank_by_entries = d.pop("rank_by_entries", UNSET)

        _zero_amounts = d.pop("zero_amounts", UNSET)
        zero_amounts: ZeroAmountsWord | Unset
        if isinstance(_zero_amounts, Unset):
            zero_amounts = UNSET
        else:
            zero_amounts = ZeroAmountsWord(_zero_amounts)

        ledger_request = cls(
            name=name,
            assets=assets,
            default_asset=default_asset,
            implicit_accounts=implicit_accounts,
            rank_by_entries=rank_by_entries,
            zero_amounts=zero_amounts,
        )

        return ledger_request
