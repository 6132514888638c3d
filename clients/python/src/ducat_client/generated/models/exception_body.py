from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="ExceptionBody")


@_attrs_define
class ExceptionBody:
    """Something that a person must see.

    Attributes:
        kind (str): `unknown_transaction`, `unreadable_line`, `report_not_whole`, `unresolved`, `credit_refused`,
            `debits_refused`,
            `unanswered`, `overpaid`, `owed_again` or `plan_full`.
        seq (int): Where in the journal it stands.
        settled (bool): Whether it is so no more, such as where a report named it, the processor responded, or a person
            decided.
        advance (None | str | Unset): The advance that it is about.
        amount (int | None | Unset):
        as_of (datetime.date | None | Unset):
        at (datetime.datetime | None | Unset):
        line (int | None | Unset): The line of the report, from 1.
        number (int | None | Unset): The installment; 0 is the credit.
        overpaid (int | None | Unset):
        reason (None | str | Unset): What is wrong with the line; what the processor said when it refused; why a report
            is not whole.
        result (None | str | Unset): What a report said of it.
        transaction_id (None | str | Unset): The transaction, as the processor calls it.
        what_to_do (None | str | Unset): What may be done about it.
    """

    kind: str
    seq: int
    settled: bool
    advance: None | str | Unset = UNSET
    amount: int | None | Unset = UNSET
    as_of: datetime.date | None | Unset = UNSET
    at: datetime.datetime | None | Unset = UNSET
    line: int | None | Unset = UNSET
    number: int | None | Unset = UNSET
    overpaid: int | None | Unset = UNSET
    reason: None | str | Unset = UNSET
    result: None | str | Unset = UNSET
    transaction_id: None | str | Unset = UNSET
    what_to_do: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        kind = self.kind

        seq = self.seq

        settled = self.settled

        advance: None | str | Unset
        if isinstance(self.advance, Unset):
            advance = UNSET
        else:
            advance = self.advance

        amount: int | None | Unset
        if isinstance(self.amount, Unset):
            amount = UNSET
        else:
            amount = self.amount

        as_of: None | str | Unset
        if isinstance(self.as_of, Unset):
            as_of = UNSET
        elif isinstance(self.as_of, datetime.date):
            as_of = self.as_of.isoformat()
        else:
            as_of = self.as_of

        at: None | str | Unset
        if isinstance(self.at, Unset):
            at = UNSET
        elif isinstance(self.at, datetime.datetime):
            at = self.at.isoformat()
        else:
            at = self.at

        line: int | None | Unset
        if isinstance(self.line, Unset):
            line = UNSET
        else:
            line = self.line

        number: int | None | Unset
        if isinstance(self.number, Unset):
            number = UNSET
        else:
            number = self.number

        overpaid: int | None | Unset
        if isinstance(self.overpaid, Unset):
            overpaid = UNSET
        else:
            overpaid = self.overpaid

        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason

        result: None | str | Unset
        if isinstance(self.result, Unset):
            result = UNSET
        else:
            result = self.result

        transaction_id: None | str | Unset
        if isinstance(self.transaction_id, Unset):
            transaction_id = UNSET
        else:
            transaction_id = self.transaction_id

        what_to_do: None | str | Unset
        if isinstance(self.what_to_do, Unset):
            what_to_do = UNSET
        else:
            what_to_do = self.what_to_do

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "kind": kind,
                "seq": seq,
                "settled": settled,
            }
        )
        if advance is not UNSET:
            field_dict["advance"] = advance
        if amount is not UNSET:
            field_dict["amount"] = amount
        if as_of is not UNSET:
            field_dict["as_of"] = as_of
        if at is not UNSET:
            field_dict["at"] = at
        if line is not UNSET:
            field_dict["line"] = line
        if number is not UNSET:
            field_dict["number"] = number
        if overpaid is not UNSET:
            field_dict["overpaid"] = overpaid
        if reason is not UNSET:
            field_dict["reason"] = reason
        if result is not UNSET:
            field_dict["result"] = result
        if transaction_id is not UNSET:
            field_dict["transaction_id"] = transaction_id
        if what_to_do is not UNSET:
            field_dict["what_to_do"] = what_to_do

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        kind = d.pop("kind")

        seq = d.pop("seq")

        settled = d.pop("settled")

        def _parse_advance(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        advance = _parse_advance(d.pop("advance", UNSET))

        def _parse_amount(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        amount = _parse_amount(d.pop("amount", UNSET))

        def _parse_as_of(data: object) -> datetime.date | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                as_of_type_0 = datetime.date.fromisoformat(data)

                return as_of_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None | Unset, data)

        as_of = _parse_as_of(d.pop("as_of", UNSET))

        def _parse_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                at_type_0 = datetime.datetime.fromisoformat(data)

                return at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        at = _parse_at(d.pop("at", UNSET))

        def _parse_line(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        line = _parse_line(d.pop("line", UNSET))

        def _parse_number(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        number = _parse_number(d.pop("number", UNSET))

        def _parse_overpaid(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        overpaid = _parse_overpaid(d.pop("overpaid", UNSET))

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        def _parse_result(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        result = _parse_result(d.pop("result", UNSET))

        def _parse_transaction_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        transaction_id = _parse_transaction_id(d.pop("transaction_id", UNSET))

        def _parse_what_to_do(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        what_to_do = _parse_what_to_do(d.pop("what_to_do", UNSET))

        exception_body = cls(
            kind=kind,
            seq=seq,
            settled=settled,
            advance=advance,
            amount=amount,
            as_of=as_of,
            at=at,
            line=line,
            number=number,
            overpaid=overpaid,
            reason=reason,
            result=result,
            transaction_id=transaction_id,
            what_to_do=what_to_do,
        )

        exception_body.additional_properties = d
        return exception_body

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
