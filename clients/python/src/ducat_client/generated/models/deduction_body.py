from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.lot_deduction_body import LotDeductionBody


T = TypeVar("T", bound="DeductionBody")


@_attrs_define
class DeductionBody:
    """What was taken of a payer's points.

    Attributes:
        lots (list[LotDeductionBody]): Of which lots, in order.
        payer (str): 1 to 200 bytes of text without characters that cannot be seen; space around it is removed
        points (int): Whole minor units
    """

    lots: list[LotDeductionBody]
    payer: str
    points: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        lots = []
        for lots_item_data in self.lots:
            lots_item = lots_item_data.to_dict()
            lots.append(lots_item)

        payer = self.payer

        points = self.points

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "lots": lots,
                "payer": payer,
                "points": points,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.lot_deduction_body import LotDeductionBody  # noqa: PLC0415

        d = dict(src_dict)
        lots = []
        _lots = d.pop("lots")
        for lots_item_data in _lots:
            lots_item = LotDeductionBody.from_dict(lots_item_data)

            lots.append(lots_item)

        payer = d.pop("payer")

        points = d.pop("points")

        deduction_body = cls(
            lots=lots,
            payer=payer,
            points=points,
        )

        deduction_body.additional_properties = d
        return deduction_body

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
