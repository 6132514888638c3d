from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="ActorRequest")


@_attrs_define
class ActorRequest:
    """Whose name to erase.

    Attributes:
        actor (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        reason (str): Why. It is recorded as it is and cannot be erased: name no person in it. Example: request 1729 of
            a customer.
    """

    actor: str
    reason: str

    def to_dict(self) -> dict[str, Any]:
        actor = self.actor

        reason = self.reason

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "actor": actor,
                "reason": reason,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        actor = d.pop("actor")

        reason = d.pop("reason")

        actor_request = cls(
            actor=actor,
            reason=reason,
        )

        return actor_request
