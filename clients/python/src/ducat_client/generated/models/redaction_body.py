from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.fixed_body import FixedBody


T = TypeVar("T", bound="RedactionBody")


@_attrs_define
class RedactionBody:
    """What was erased.

    Attributes:
        not_redactable (list[FixedBody]): The effects whose texts cannot be erased.
        reason (str): Why.
        redacted (list[int]): The effects whose texts were erased by this request.
        redacted_before (int): How many others had been erased before.
    """

    not_redactable: list[FixedBody]
    reason: str
    redacted: list[int]
    redacted_before: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        not_redactable = []
        for not_redactable_item_data in self.not_redactable:
            not_redactable_item = not_redactable_item_data.to_dict()
            not_redactable.append(not_redactable_item)

        reason = self.reason

        redacted = self.redacted

        redacted_before = self.redacted_before

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "not_redactable": not_redactable,
                "reason": reason,
                "redacted": redacted,
                "redacted_before": redacted_before,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.fixed_body import FixedBody  # noqa: PLC0415

        d = dict(src_dict)
        not_redactable = []
        _not_redactable = d.pop("not_redactable")
        for not_redactable_item_data in _not_redactable:
            not_redactable_item = FixedBody.from_dict(not_redactable_item_data)

            not_redactable.append(not_redactable_item)

        reason = d.pop("reason")

        redacted = cast(list[int], d.pop("redacted"))

        redacted_before = d.pop("redacted_before")

        redaction_body = cls(
            not_redactable=not_redactable,
            reason=reason,
            redacted=redacted,
            redacted_before=redacted_before,
        )

        redaction_body.additional_properties = d
        return redaction_body

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
