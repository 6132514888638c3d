from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.linked_body import LinkedBody
    from ..models.links_body_links import LinksBodyLinks


T = TypeVar("T", bound="LinksBody")


@_attrs_define
class LinksBody:
    """The accounts that an account draws on.

    Attributes:
        field_links (LinksBodyLinks): Where to go from here.
        links (list[LinkedBody]): In the order in which they give.
    """

    field_links: LinksBodyLinks
    links: list[LinkedBody]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_links = self.field_links.to_dict()

        links = []
        for links_item_data in self.links:
            links_item = links_item_data.to_dict()
            links.append(links_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "_links": field_links,
                "links": links,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.linked_body import LinkedBody  # noqa: PLC0415
        from ..models.links_body_links import LinksBodyLinks  # noqa: PLC0415

        d = dict(src_dict)
        field_links = LinksBodyLinks.from_dict(d.pop("_links"))

        links = []
        _links = d.pop("links")
        for links_item_data in _links:
            links_item = LinkedBody.from_dict(links_item_data)

            links.append(links_item)

        links_body = cls(
            field_links=field_links,
            links=links,
        )

        links_body.additional_properties = d
        return links_body

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
