from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.payer_points_body import PayerPointsBody


T = TypeVar("T", bound="RefundBody")


@_attrs_define
class RefundBody:
    """Points as they were given back: to the lots that they were taken of.

    Attributes:
        expired (list[PayerPointsBody]): What had expired meanwhile.
        id (UUID): A UUID other than the nil UUID
        points (int): Whole minor units
        returned (list[PayerPointsBody]): What can be spent again.
        spend (UUID): A UUID other than the nil UUID
    """

    expired: list[PayerPointsBody]
    id: UUID
    points: int
    returned: list[PayerPointsBody]
    spend: UUID
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        expired = []
        for expired_item_data in self.expired:
            expired_item = expired_item_data.to_dict()
            expired.append(expired_item)

        id = str(self.id)

        points = self.points

        returned = []
        for returned_item_data in self.returned:
            returned_item = returned_item_data.to_dict()
            returned.append(returned_item)

        spend = str(self.spend)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "expired": expired,
                "id": id,
                "points": points,
                "returned": returned,
                "spend": spend,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.payer_points_body import PayerPointsBody  # noqa: PLC0415

        d = dict(src_dict)
        expired = []
        _expired = d.pop("expired")
        for expired_item_data in _expired:
            expired_item = PayerPointsBody.from_dict(expired_item_data)

            expired.append(expired_item)

        id = UUID(d.pop("id"))

        points = d.pop("points")

        returned = []
        _returned = d.pop("returned")
        for returned_item_data in _returned:
            returned_item = PayerPointsBody.from_dict(returned_item_data)

            returned.append(returned_item)

        spend = UUID(d.pop("spend"))

        refund_body = cls(
            expired=expired,
            id=id,
            points=points,
            returned=returned,
            spend=spend,
        )

        refund_body.additional_properties = d
        return refund_body

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
