from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.drawn_body import DrawnBody
    from ..models.movement_body_links import MovementBodyLinks


T = TypeVar("T", bound="MovementBody")


@_attrs_define
class MovementBody:
    """A transaction as an account sees it.

    Attributes:
        field_links (MovementBodyLinks): Where to go from here.
        account (str): The name of the account that sees it.
        amount (float | str): Dollars with two decimals: a number up to 2^53 - 1 cents, a string above; both are read,
            digit by digit
        balance (float | str): Dollars with two decimals: a number up to 2^53 - 1 cents, a string above; both are read,
            digit by digit
        created (datetime.datetime): RFC 3339, years 1 to 9999; microseconds are kept
        id (UUID): Its id.
        type_ (str): `deposit`, `withdrawal`, `transfer`, or `draw`: what a linked account gave for another. Example:
            deposit.
        drawn (list[DrawnBody] | Unset): What linked accounts gave of it.
        from_ (None | str | Unset): Who paid, of a transfer; of a draw, for whom.
        to (None | str | Unset): Who was paid.
    """

    field_links: MovementBodyLinks
    account: str
    amount: float | str
    balance: float | str
    created: datetime.datetime
    id: UUID
    type_: str
    drawn: list[DrawnBody] | Unset = UNSET
    from_: None | str | Unset = UNSET
    to: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_links = self.field_links.to_dict()

        account = self.account

        amount: float | str
        amount = self.amount

        balance: float | str
        balance = self.balance

        created = self.created.isoformat()

        id = str(self.id)

        type_ = self.type_

        drawn: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.drawn, Unset):
            drawn = []
            for drawn_item_data in self.drawn:
                drawn_item = drawn_item_data.to_dict()
                drawn.append(drawn_item)

        from_: None | str | Unset
        if isinstance(self.from_, Unset):
            from_ = UNSET
        else:
            from_ = self.from_

        to: None | str | Unset
        if isinstance(self.to, Unset):
            to = UNSET
        else:
            to = self.to

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "_links": field_links,
                "account": account,
                "amount": amount,
                "balance": balance,
                "created": created,
                "id": id,
                "type": type_,
            }
        )
        if drawn is not UNSET:
            field_dict["drawn"] = drawn
        if from_ is not UNSET:
            field_dict["from"] = from_
        if to is not UNSET:
            field_dict["to"] = to

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.drawn_body import DrawnBody  # noqa: PLC0415
        from ..models.movement_body_links import MovementBodyLinks  # noqa: PLC0415

        d = dict(src_dict)
        field_links = MovementBodyLinks.from_dict(d.pop("_links"))

        account = d.pop("account")

        def _parse_amount(data: object) -> float | str:
            return cast(float | str, data)

        amount = _parse_amount(d.pop("amount"))

        def _parse_balance(data: object) -> float | str:
            return cast(float | str, data)

        balance = _parse_balance(d.pop("balance"))

        created = datetime.datetime.fromisoformat(d.pop("created"))

        id = UUID(d.pop("id"))

        type_ = d.pop("type")

        _drawn = d.pop("drawn", UNSET)
        drawn: list[DrawnBody] | Unset = UNSET
        if _drawn is not UNSET:
            drawn = []
            for drawn_item_data in _drawn:
                drawn_item = DrawnBody.from_dict(drawn_item_data)

                drawn.append(drawn_item)

        def _parse_from_(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        from_ = _parse_from_(d.pop("from", UNSET))

        def _parse_to(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        to = _parse_to(d.pop("to", UNSET))

        movement_body = cls(
            field_links=field_links,
            account=account,
            amount=amount,
            balance=balance,
            created=created,
            id=id,
            type_=type_,
            drawn=drawn,
            from_=from_,
            to=to,
        )

        movement_body.additional_properties = d
        return movement_body

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
