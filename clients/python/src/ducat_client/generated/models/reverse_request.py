from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.reversed_posting import ReversedPosting


T = TypeVar("T", bound="ReverseRequest")


@_attrs_define
class ReverseRequest:
    """How much of a transaction to reverse, and under which id.

    Attributes:
        amount (int | None | Unset):
        id (None | Unset | UUID):
        postings (list[ReversedPosting] | None | Unset): So much of some of its postings.
    """

    amount: int | None | Unset = UNSET
    id: None | Unset | UUID = UNSET
    postings: list[ReversedPosting] | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        amount: int | None | Unset
        if isinstance(self.amount, Unset):
            amount = UNSET
        else:
            amount = self.amount

        id: None | str | Unset
        if isinstance(self.id, Unset):
            id = UNSET
        elif isinstance(self.id, UUID):
            id = str(self.id)
        else:
            id = self.id

        postings: list[dict[str, Any]] | None | Unset
        if isinstance(self.postings, Unset):
            postings = UNSET
        elif isinstance(self.postings, list):
            postings = []
            for postings_type_0_item_data in self.postings:
                postings_type_0_item = postings_type_0_item_data.to_dict()
                postings.append(postings_type_0_item)

        else:
            postings = self.postings

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if amount is not UNSET:
            field_dict["amount"] = amount
        if id is not UNSET:
            field_dict["id"] = id
        if postings is not UNSET:
            field_dict["postings"] = postings

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.reversed_posting import ReversedPosting  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_amount(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        amount = _parse_amount(d.pop("amount", UNSET))

        def _parse_id(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                id_type_0 = UUID(data)

                return id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        id = _parse_id(d.pop("id", UNSET))

        def _parse_postings(data: object) -> list[ReversedPosting] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                postings_type_0 = []
                _postings_type_0 = data
                for postings_type_0_item_data in _postings_type_0:
                    postings_type_0_item = ReversedPosting.from_dict(postings_type_0_item_data)

                    postings_type_0.append(postings_type_0_item)

                return postings_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[ReversedPosting] | None | Unset, data)

        postings = _parse_postings(d.pop("postings", UNSET))

        reverse_request = cls(
            amount=amount,
            id=id,
            postings=postings,
        )

        return reverse_request
