from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="RedactionRequest")


@_attrs_define
class RedactionRequest:
    """Whose texts to erase: one of `transaction`, `account` and `member`.

    Attributes:
        reason (str): Why. It is recorded as it is and cannot be erased: name no person in it. Example: request 1729 of
            a customer.
        account (str | Unset): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        member (str | Unset): 1 to 200 bytes of text without characters that cannot be seen; space around it is removed
        transaction (UUID | Unset): A UUID other than the nil UUID
    """

    reason: str
    account: str | Unset = UNSET
    member: str | Unset = UNSET
    transaction: UUID | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        reason = self.reason

        account = self.account

        member = self.member

        transaction: str | Unset = UNSET
        if not isinstance(self.transaction, Unset):
            transaction = str(self.transaction)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "reason": reason,
            }
        )
        if account is not UNSET:
            field_dict["account"] = account
        if member is not UNSET:
            field_dict["member"] = member
        if transaction is not UNSET:
            field_dict["transaction"] = transaction

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        reason = d.pop("reason")

        account = d.pop("account", UNSET)

        member = d.pop("member", UNSET)

        _transaction = d.pop("transaction", UNSET)
        transaction: UUID | Unset
        if isinstance(_transaction, Unset):
            transaction = UNSET
        else:
            transaction = UUID(_transaction)

        redaction_request = cls(
            reason=reason,
            account=account,
            member=member,
            transaction=transaction,
        )

        return redaction_request
