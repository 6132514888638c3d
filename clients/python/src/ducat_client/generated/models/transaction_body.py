from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.metadata import Metadata
    from ..models.posting_body import PostingBody


T = TypeVar("T", bound="TransactionBody")


@_attrs_define
class TransactionBody:
    """A transaction.

    Attributes:
        at (datetime.datetime): RFC 3339, years 1 to 9999; microseconds are kept
        effective_at (datetime.datetime): RFC 3339, years 1 to 9999; microseconds are kept
        id (UUID): A UUID other than the nil UUID
        metadata (Metadata): Strings under keys, 4 KiB in all
        postings (list[PostingBody]): Its postings, in order.
        seq (int): Its place in the journal; 0 in a dry run.
        status (str): What became of it. Example: posted.
        by (None | str | Unset): Who asked for that: the name of an actor, such as `key:0123456789abcdef`; left out
            where it was not recorded, or is
            not shown.
        description (None | str | Unset): What for.
        expires_at (datetime.datetime | None | Unset):
        redacted (bool | Unset): Whether description and metadata were erased. Left out where not.
        reference (None | str | Unset): The client's own unique name for it.
        reversed_by (None | Unset | UUID):
        reverses (None | Unset | UUID):
    """

    at: datetime.datetime
    effective_at: datetime.datetime
    id: UUID
    metadata: Metadata
    postings: list[PostingBody]
    seq: int
    status: str
    by: None | str | Unset = UNSET
    description: None | str | Unset = UNSET
    expires_at: datetime.datetime | None | Unset = UNSET
    redacted: bool | Unset = UNSET
    reference: None | str | Unset = UNSET
    reversed_by: None | Unset | UUID = UNSET
    reverses: None | Unset | UUID = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        at = self.at.isoformat()

        effective_at = self.effective_at.isoformat()

        id = str(self.id)

        metadata = self.metadata.to_dict()

        postings = []
        for postings_item_data in self.postings:
            postings_item = postings_item_data.to_dict()
            postings.append(postings_item)

        seq = self.seq

        status = self.status

        by: None | str | Unset
        if isinstance(self.by, Unset):
            by = UNSET
        else:
            by = self.by

        description: None | str | Unset
        if isinstance(self.description, Unset):
            description = UNSET
        else:
            description = self.description

        expires_at: None | str | Unset
        if isinstance(self.expires_at, Unset):
            expires_at = UNSET
        elif isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        redacted = self.redacted

        reference: None | str | Unset
        if isinstance(self.reference, Unset):
            reference = UNSET
        else:
            reference = self.reference

        reversed_by: None | str | Unset
        if isinstance(self.reversed_by, Unset):
            reversed_by = UNSET
        elif isinstance(self.reversed_by, UUID):
            reversed_by = str(self.reversed_by)
        else:
            reversed_by = self.reversed_by

        reverses: None | str | Unset
        if isinstance(self.reverses, Unset):
            reverses = UNSET
        elif isinstance(self.reverses, UUID):
            reverses = str(self.reverses)
        else:
            reverses = self.reverses

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "at": at,
                "effective_at": effective_at,
                "id": id,
                "metadata": metadata,
                "postings": postings,
                "seq": seq,
                "status": status,
            }
        )
        if by is not UNSET:
            field_dict["by"] = by
        if description is not UNSET:
            field_dict["description"] = description
        if expires_at is not UNSET:
            field_dict["expires_at"] = expires_at
        if redacted is not UNSET:
            field_dict["redacted"] = redacted
        if reference is not UNSET:
            field_dict["reference"] = reference
        if reversed_by is not UNSET:
            field_dict["reversed_by"] = reversed_by
        if reverses is not UNSET:
            field_dict["reverses"] = reverses

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.metadata import Metadata  # noqa: PLC0415
        from ..models.posting_body import PostingBody  # noqa: PLC0415

        d = dict(src_dict)
        at = datetime.datetime.fromisoformat(d.pop("at"))

        effective_at = datetime.datetime.fromisoformat(d.pop("effective_at"))

        id = UUID(d.pop("id"))

        metadata = Metadata.from_dict(d.pop("metadata"))

        postings = []
        _postings = d.pop("postings")
        for postings_item_data in _postings:
            postings_item = PostingBody.from_dict(postings_item_data)

            postings.append(postings_item)

        seq = d.pop("seq")

        status = d.pop("status")

        def _parse_by(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        by = _parse_by(d.pop("by", UNSET))

        def _parse_description(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        description = _parse_description(d.pop("description", UNSET))

        def _parse_expires_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expires_at_type_0 = datetime.datetime.fromisoformat(data)

                return expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        expires_at = _parse_expires_at(d.pop("expires_at", UNSET))

        redacted = d.pop("redacted", UNSET)

        def _parse_reference(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reference = _parse_reference(d.pop("reference", UNSET))

        def _parse_reversed_by(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                reversed_by_type_0 = UUID(data)

                return reversed_by_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        reversed_by = _parse_reversed_by(d.pop("reversed_by", UNSET))

        def _parse_reverses(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                reverses_type_0 = UUID(data)

                return reverses_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        reverses = _parse_reverses(d.pop("reverses", UNSET))

        transaction_body = cls(
            at=at,
            effective_at=effective_at,
            id=id,
            metadata=metadata,
            postings=postings,
            seq=seq,
            status=status,
            by=by,
            description=description,
            expires_at=expires_at,
            redacted=redacted,
            reference=reference,
            reversed_by=reversed_by,
            reverses=reverses,
        )

        transaction_body.additional_properties = d
        return transaction_body

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
