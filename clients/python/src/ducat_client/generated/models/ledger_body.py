from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.zero_amounts_word import ZeroAmountsWord
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.asset_body import AssetBody


T = TypeVar("T", bound="LedgerBody")


@_attrs_define
class LedgerBody:
    """A ledger.

    Attributes:
        archived (bool): Whether it is archived: read-only, and left out of lists.
        assets (list[AssetBody]): Its assets.
        implicit_accounts (bool): Whether missing accounts are opened by themselves.
        name (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        rank_by_entries (bool): Whether its accounts are kept in order of how many entries they have.
        zero_amounts (ZeroAmountsWord): What becomes of a posting of 0.
        default_asset (None | str | Unset):
    """

    archived: bool
    assets: list[AssetBody]
    implicit_accounts: bool
    name: str
    rank_by_entries: bool
    zero_amounts: ZeroAmountsWord
    default_asset: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        archived = self.archived

        assets = []
        for assets_item_data in self.assets:
            assets_item = assets_item_data.to_dict()
            assets.append(assets_item)

        implicit_accounts = self.implicit_accounts

        name = self.name

        rank_by_entries = self.rank_by_entries

        zero_amounts = self.zero_amounts.value

        default_asset: None | str | Unset
        if isinstance(self.default_asset, Unset):
            default_asset = UNSET
        else:
            default_asset = self.default_asset

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "archived": archived,
                "assets": assets,
                "implicit_accounts": implicit_accounts,
                "name": name,
                "rank_by_entries": rank_by_entries,
                "zero_amounts": zero_amounts,
            }
        )
        if default_asset is not UNSET:
            field_dict["default_asset"] = default_asset

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.asset_body import AssetBody  # noqa: PLC0415

        d = dict(src_dict)
        archived = d.pop("archived")

        assets = []
        _assets = d.pop("assets")
        for assets_item_data in _assets:
            assets_item = AssetBody.from_dict(assets_item_data)

            assets.append(assets_item)

        implicit_accounts = d.pop("implicit_accounts")

        name = d.pop("name")

        rank_by_entries = d.pop("rank_by_entries")

        zero_amounts = ZeroAmountsWord(d.pop("zero_amounts"))

        def _parse_default_asset(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        default_asset = _parse_default_asset(d.pop("default_asset", UNSET))

        ledger_body = cls(
            archived=archived,
            assets=assets,
            implicit_accounts=implicit_accounts,
            name=name,
            rank_by_entries=rank_by_entries,
            zero_amounts=zero_amounts,
            default_asset=default_asset,
        )

        ledger_body.additional_properties = d
        return ledger_body

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
