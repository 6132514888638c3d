from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="AdjustmentBody")


@_attrs_define
class AdjustmentBody:
    """Points as they were put right.

    Attributes:
        id (UUID): A UUID other than the nil UUID
        member (str): 1 to 200 bytes of text without characters that cannot be seen; space around it is removed
        payer (str): 1 to 200 bytes of text without characters that cannot be seen; space around it is removed
        points (int | str): Whole points of either sign: a number up to 2^53 - 1, a string above; both are read
    """

    id: UUID
    member: str
    payer: str
    points: int | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        member = self.member

        payer = self.payer

        points: int | str
        points = self.points

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "member": member,
                "payer": payer,
                "points": points,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        member = d.pop("member")

        payer = d.pop("payer")

        def _parse_points(data: object) -> int | str:
            return cast(int | str, data)

        points = _parse_points(d.pop("points"))

        adjustment_body = cls(
            id=id,
            member=member,
            payer=payer,
            points=points,
        )

        adjustment_body.additional_properties = d
        return adjustment_body

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
