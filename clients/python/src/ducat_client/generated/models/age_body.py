from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="AgeBody")


@_attrs_define
class AgeBody:
    """What is owed of an age.

    Attributes:
        amount (int): Whole minor units
        days (str): `not due`, `0-7`, `8-30`, `31-60`, `61-90` or `over 90`.
        installments (int): How many installments.
    """

    amount: int
    days: str
    installments: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        amount = self.amount

        days = self.days

        installments = self.installments

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "amount": amount,
                "days": days,
                "installments": installments,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        amount = d.pop("amount")

        days = d.pop("days")

        installments = d.pop("installments")

        age_body = cls(
            amount=amount,
            days=days,
            installments=installments,
        )

        age_body.additional_properties = d
        return age_body

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
