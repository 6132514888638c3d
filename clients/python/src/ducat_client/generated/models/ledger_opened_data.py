from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="LedgerOpenedData")


@_attrs_define
class LedgerOpenedData:
    """A ledger that was opened.

    Attributes:
        implicit_accounts (bool): Whether transactions open the accounts that they name.
        ledger (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        rank_by_entries (bool): Whether accounts are ranked by their entries.
        zero_amounts (str): What happens to amounts of zero. Example: refuse.
    """

    implicit_accounts: bool
    ledger: str
    rank_by_entries: bool
    zero_amounts: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        implicit_accounts = self.implicit_accounts

        ledger = self.ledger

        rank_by_entries = self.rank_by_entries

        zero_amounts = self.zero_amounts

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "implicit_accounts": implicit_accounts,
                "ledger": ledger,
                "rank_by_entries": rank_by_entries,
                "zero_amounts": zero_amounts,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        implicit_accounts = d.pop("implicit_accounts")

        ledger = d.pop("ledger")

        rank_by_entries = d.pop("rank_by_entries")

        zero_amounts = d.pop("zero_amounts")

        ledger_opened_data = cls(
            implicit_accounts=implicit_accounts,
            ledger=ledger,
            rank_by_entries=rank_by_entries,
            zero_amounts=zero_amounts,
        )

        ledger_opened_data.additional_properties = d
        return ledger_opened_data

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
