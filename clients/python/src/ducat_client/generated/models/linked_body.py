from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.linked_body_links import LinkedBodyLinks


T = TypeVar("T", bound="LinkedBody")


@_attrs_define
class LinkedBody:
    """A linked account.

    Attributes:
        field_links (LinkedBodyLinks): Where to go from here.
        balance (float | str): Dollars with two decimals: a number up to 2^53 - 1 cents, a string above; both are read,
            digit by digit
        id (UUID): Its id.
        name (str): Its name.
    """

    field_links: LinkedBodyLinks
    balance: float | str
    id: UUID
    name: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_links = self.field_links.to_dict()

        balance: float | str
        balance = self.balance

        id = str(self.id)

        name = self.name

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "_links": field_links,
                "balance": balance,
                "id": id,
                "name": name,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.linked_body_links import LinkedBodyLinks  # noqa: PLC0415

        d = dict(src_dict)
        field_links = LinkedBodyLinks.from_dict(d.pop("_links"))

        def _parse_balance(data: object) -> float | str:
            return cast(float | str, data)

        balance = _parse_balance(d.pop("balance"))

        id = UUID(d.pop("id"))

        name = d.pop("name")

        linked_body = cls(
            field_links=field_links,
            balance=balance,
            id=id,
            name=name,
        )

        linked_body.additional_properties = d
        return linked_body

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
