from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.source_request import SourceRequest


T = TypeVar("T", bound="PostingRequest")


@_attrs_define
class PostingRequest:
    """A posting to make.

    Attributes:
        amount (int): Whole minor units
        destination (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        asset (None | str | Unset):
        source (None | str | Unset):
        sources (list[SourceRequest] | None | Unset): Who is debited, in order: each gives what it may, until there is
            enough, and each that gives has a posting of
            its own.
    """

    amount: int
    destination: str
    asset: None | str | Unset = UNSET
    source: None | str | Unset = UNSET
    sources: list[SourceRequest] | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        amount = self.amount

        destination = self.destination

        asset: None | str | Unset
        if isinstance(self.asset, Unset):
            asset = UNSET
        else:
            asset = self.asset

        source: None | str | Unset
        if isinstance(self.source, Unset):
            source = UNSET
        else:
            source = self.source

        sources: list[dict[str, Any]] | None | Unset
        if isinstance(self.sources, Unset):
            sources = UNSET
        elif isinstance(self.sources, list):
            sources = []
            for sources_type_0_item_data in self.sources:
                sources_type_0_item = sources_type_0_item_data.to_dict()
                sources.append(sources_type_0_item)

        else:
            sources = self.sources

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "amount": amount,
                "destination": destination,
            }
        )
        if asset is not UNSET:
            field_dict["asset"] = asset
        if source is not UNSET:
            field_dict["source"] = source
        if sources is not UNSET:
            field_dict["sources"] = sources

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.source_request import SourceRequest  # noqa: PLC0415

        d = dict(src_dict)
        amount = d.pop("amount")

        destination = d.pop("destination")

        def _parse_asset(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        asset = _parse_asset(d.pop("asset", UNSET))

        def _parse_source(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        source = _parse_source(d.pop("source", UNSET))

        def _parse_sources(data: object) -> list[SourceRequest] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                sources_type_0 = []
                _sources_type_0 = data
                for sources_type_0_item_data in _sources_type_0:
                    sources_type_0_item = SourceRequest.from_dict(sources_type_0_item_data)

                    sources_type_0.append(sources_type_0_item)

                return sources_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[SourceRequest] | None | Unset, data)

        sources = _parse_sources(d.pop("sources", UNSET))

        posting_request = cls(
            amount=amount,
            destination=destination,
            asset=asset,
            source=source,
            sources=sources,
        )

        return posting_request
