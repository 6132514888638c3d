from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.age_body import AgeBody


T = TypeVar("T", bound="AgingBody")


@_attrs_define
class AgingBody:
    """What is owed, by age.

    Attributes:
        ages (list[AgeBody]): What is not due yet, and what has been due for so many days, by the date of the
            installment itself: a
            replacement is as old as what it replaces.
        as_of (datetime.date): A day, from 1970 on
        owed (int): Whole minor units
    """

    ages: list[AgeBody]
    as_of: datetime.date
    owed: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        ages = []
        for ages_item_data in self.ages:
            ages_item = ages_item_data.to_dict()
            ages.append(ages_item)

        as_of = self.as_of.isoformat()

        owed = self.owed

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "ages": ages,
                "as_of": as_of,
                "owed": owed,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.age_body import AgeBody  # noqa: PLC0415

        d = dict(src_dict)
        ages = []
        _ages = d.pop("ages")
        for ages_item_data in _ages:
            ages_item = AgeBody.from_dict(ages_item_data)

            ages.append(ages_item)

        as_of = datetime.date.fromisoformat(d.pop("as_of"))

        owed = d.pop("owed")

        aging_body = cls(
            ages=ages,
            as_of=as_of,
            owed=owed,
        )

        aging_body.additional_properties = d
        return aging_body

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
