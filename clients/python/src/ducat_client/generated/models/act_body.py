from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.act_body_detail import ActBodyDetail


T = TypeVar("T", bound="ActBody")


@_attrs_define
class ActBody:
    """Something that was done.

    Attributes:
        act (str): What: `key_created`, `key_rotated`, `key_revoked`, `signer_added`, `ledger_deleted`, `redacted`,
            `stream_continued`, or
            `webhook_` and what was done to it; within a ledger, the type of the event. Example: key_created.
        at (datetime.datetime): RFC 3339, years 1 to 9999; microseconds are kept
        detail (ActBodyDetail): What is recorded of it, without secrets; of a key that was made also when it was used
            first (`first_used_at`).
        of (str): To what: the id of the key or the webhook, the public key of the signer, the name of the stream, the
            ledger, the account or
            the asset.
        seq (int): Its place in the journal of the ledger, or of the system ledger.
        by (None | str | Unset): Who asked for it: the name of an actor; null where no one was asked who he is.
    """

    act: str
    at: datetime.datetime
    detail: ActBodyDetail
    of: str
    seq: int
    by: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        act = self.act

        at = self.at.isoformat()

        detail = self.detail.to_dict()

        of = self.of

        seq = self.seq

        by: None | str | Unset
        if isinstance(self.by, Unset):
            by = UNSET
        else:
            by = self.by

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "act": act,
                "at": at,
                "detail": detail,
                "of": of,
                "seq": seq,
            }
        )
        if by is not UNSET:
            field_dict["by"] = by

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.act_body_detail import ActBodyDetail  # noqa: PLC0415

        d = dict(src_dict)
        act = d.pop("act")

        at = datetime.datetime.fromisoformat(d.pop("at"))

        detail = ActBodyDetail.from_dict(d.pop("detail"))

        of = d.pop("of")

        seq = d.pop("seq")

        def _parse_by(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        by = _parse_by(d.pop("by", UNSET))

        act_body = cls(
            act=act,
            at=at,
            detail=detail,
            of=of,
            seq=seq,
            by=by,
        )

        act_body.additional_properties = d
        return act_body

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
