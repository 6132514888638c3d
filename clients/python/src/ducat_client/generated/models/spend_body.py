from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.deduction_body import DeductionBody


T = TypeVar("T", bound="SpendBody")


@_attrs_define
class SpendBody:
    """A spend.

    Attributes:
        deductions (list[DeductionBody]): What was taken of whom, in the order in which they were first drawn on.
        id (UUID): A UUID other than the nil UUID
    """

    deductions: list[DeductionBody]
    id: UUID
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        deductions = []
        for deductions_item_data in self.deductions:
            deductions_item = deductions_item_data.to_dict()
            deductions.append(deductions_item)

        id = str(self.id)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "deductions": deductions,
                "id": id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.deduction_body import DeductionBody  # noqa: PLC0415

        d = dict(src_dict)
        deductions = []
        _deductions = d.pop("deductions")
        for deductions_item_data in _deductions:
            deductions_item = DeductionBody.from_dict(deductions_item_data)

            deductions.append(deductions_item)

        id = UUID(d.pop("id"))

        spend_body = cls(
            deductions=deductions,
            id=id,
        )

        spend_body.additional_properties = d
        return spend_body

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
