from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.attempt_body import AttemptBody


T = TypeVar("T", bound="InstallmentBody")


@_attrs_define
class InstallmentBody:
    """An installment, or what replaces one.

    Attributes:
        amount (int): Whole minor units
        due (datetime.date): A day, from 1970 on
        number (int): Its number, from 1.
        status (str): `open`, `sending`, `under_way`, `unresolved`, `timed_out`, `paid`, `failed`, `refused` or
            `cancelled`.
        attempt (AttemptBody | None | Unset):
        original (int | None | Unset): The number of the installment of the plan that it stands for, where it replaces
            one.
        owed_again (bool | Unset): Whether it is an overpayment that was paid back and whose debit was returned then.
        replaces (int | None | Unset): The number of what it replaces directly: the debit of the same installment before
            it.
    """

    amount: int
    due: datetime.date
    number: int
    status: str
    attempt: AttemptBody | None | Unset = UNSET
    original: int | None | Unset = UNSET
    owed_again: bool | Unset = UNSET
    replaces: int | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.attempt_body import AttemptBody  # noqa: PLC0415

        amount = self.amount

        due = self.due.isoformat()

        number = self.number

        status = self.status

        attempt: dict[str, Any] | None | Unset
        if isinstance(self.attempt, Unset):
            attempt = UNSET
        elif isinstance(self.attempt, AttemptBody):
            attempt = self.attempt.to_dict()
        else:
            attempt = self.attempt

        original: int | None | Unset
        if isinstance(self.original, Unset):
            original = UNSET
        else:
            original = self.original

        owed_again = self.owed_again

        replaces: int | None | Unset
        if isinstance(self.replaces, Unset):
            replaces = UNSET
        else:
            replaces = self.replaces

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "amount": amount,
                "due": due,
                "number": number,
                "status": status,
            }
        )
        if attempt is not UNSET:
            field_dict["attempt"] = attempt
        if original is not UNSET:
            field_dict["original"] = original
        if owed_again is not UNSET:
            field_dict["owed_again"] = owed_again
        if replaces is not UNSET:
            field_dict["replaces"] = replaces

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.attempt_body import AttemptBody  # noqa: PLC0415

        d = dict(src_dict)
        amount = d.pop("amount")

        due = datetime.date.fromisoformat(d.pop("due"))

        number = d.pop("number")

        status = d.pop("status")

        def _parse_attempt(data: object) -> AttemptBody | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                attempt_type_0 = AttemptBody.from_dict(data)

                return attempt_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AttemptBody | None | Unset, data)

        attempt = _parse_attempt(d.pop("attempt", UNSET))

        def _parse_original(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        original = _parse_original(d.pop("original", UNSET))

        owed_again = d.pop("owed_again", UNSET)

        def _parse_replaces(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        replaces = _parse_replaces(d.pop("replaces", UNSET))

        installment_body = cls(
            amount=amount,
            due=due,
            number=number,
            status=status,
            attempt=attempt,
            original=original,
            owed_again=owed_again,
            replaces=replaces,
        )

        installment_body.additional_properties = d
        return installment_body

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
