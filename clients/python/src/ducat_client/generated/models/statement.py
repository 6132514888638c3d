from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.entry_body import EntryBody


T = TypeVar("T", bound="Statement")


@_attrs_define
class Statement:
    """Entries of an account, newest first, with the balances around them.

    Attributes:
        closing (int): Whole minor units
        data (list[EntryBody]): The entries.
        opening (int): Whole minor units
        next_ (None | str | Unset): The cursor to go on with; null at the end.
    """

    closing: int
    data: list[EntryBody]
    opening: int
    next_: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        closing = self.closing

        data = []
        for data_item_data in self.data:
            data_item = data_item_data.to_dict()
            data.append(data_item)

        opening = self.opening

        next_: None | str | Unset
        if isinstance(self.next_, Unset):
            next_ = UNSET
        else:
            next_ = self.next_

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "closing": closing,
                "data": data,
                "opening": opening,
            }
        )
        if next_ is not UNSET:
            field_dict["next"] = next_

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.entry_body import EntryBody  # noqa: PLC0415

        d = dict(src_dict)
        closing = d.pop("closing")

        data = []
        _data = d.pop("data")
        for data_item_data in _data:
            data_item = EntryBody.from_dict(data_item_data)

            data.append(data_item)

        opening = d.pop("opening")

        def _parse_next_(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        next_ = _parse_next_(d.pop("next", UNSET))

        statement = cls(
            closing=closing,
            data=data,
            opening=opening,
            next_=next_,
        )

        statement.additional_properties = d
        return statement

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
