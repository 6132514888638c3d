from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.metadata import Metadata
    from ..models.page_account_body_data_item_balances import PageAccountBodyDataItemBalances


T = TypeVar("T", bound="PageAccountBodyDataItem")


@_attrs_define
class PageAccountBodyDataItem:
    """An account.

    Attributes:
        balances (PageAccountBodyDataItemBalances): Its balance in each asset that it is open for.
        closed (bool): Whether it is closed.
        created_at (datetime.datetime): RFC 3339, years 1 to 9999; microseconds are kept
        frozen (bool): Whether new debits and credits are refused.
        metadata (Metadata): Strings under keys, 4 KiB in all
        name (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
    """

    balances: PageAccountBodyDataItemBalances
    closed: bool
    created_at: datetime.datetime
    frozen: bool
    metadata: Metadata
    name: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        balances = self.balances.to_dict()

        closed = self.closed

        created_at = self.created_at.isoformat()

        frozen = self.frozen

        metadata = self.metadata.to_dict()

        name = self.name

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "balances": balances,
                "closed": closed,
                "created_at": created_at,
                "frozen": frozen,
                "metadata": metadata,
                "name": name,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.metadata import Metadata  # noqa: PLC0415
        from ..models.page_account_body_data_item_balances import PageAccountBodyDataItemBalances  # noqa: PLC0415

        d = dict(src_dict)
        balances = PageAccountBodyDataItemBalances.from_dict(d.pop("balances"))

        closed = d.pop("closed")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        frozen = d.pop("frozen")

        metadata = Metadata.from_dict(d.pop("metadata"))

        name = d.pop("name")

        page_account_body_data_item = cls(
            balances=balances,
            closed=closed,
            created_at=created_at,
            frozen=frozen,
            metadata=metadata,
            name=name,
        )

        page_account_body_data_item.additional_properties = d
        return page_account_body_data_item

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
