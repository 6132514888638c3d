from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.payer_body import PayerBody


T = TypeVar("T", bound="MemberBody")


@_attrs_define
class MemberBody:
    """What a member has.

    Attributes:
        member (str): 1 to 200 bytes of text without characters that cannot be seen; space around it is removed
        payers (list[PayerBody]): What each payer's part is, in the order in which they came.
        pending (int | str): Whole points: a number up to 2^53 - 1, a string above; both are read
        total (int | str): Whole points: a number up to 2^53 - 1, a string above; both are read
        expiring_30_days (int | None | Unset):
    """

    member: str
    payers: list[PayerBody]
    pending: int | str
    total: int | str
    expiring_30_days: int | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        member = self.member

        payers = []
        for payers_item_data in self.payers:
            payers_item = payers_item_data.to_dict()
            payers.append(payers_item)

        pending: int | str
        pending = self.pending

        total: int | str
        total = self.total

        expiring_30_days: int | None | Unset
        if isinstance(self.expiring_30_days, Unset):
            expiring_30_days = UNSET
        else:
            expiring_30_days = self.expiring_30_days

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "member": member,
                "payers": payers,
                "pending": pending,
                "total": total,
            }
        )
        if expiring_30_days is not UNSET:
            field_dict["expiring_30_days"] = expiring_30_days

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.payer_body import PayerBody  # noqa: PLC0415

        d = dict(src_dict)
        member = d.pop("member")

        payers = []
        _payers = d.pop("payers")
        for payers_item_data in _payers:
            payers_item = PayerBody.from_dict(payers_item_data)

            payers.append(payers_item)

        def _parse_pending(data: object) -> int | str:
            return cast(int | str, data)

        pending = _parse_pending(d.pop("pending"))

        def _parse_total(data: object) -> int | str:
            return cast(int | str, data)

        total = _parse_total(d.pop("total"))

        def _parse_expiring_30_days(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        expiring_30_days = _parse_expiring_30_days(d.pop("expiring_30_days", UNSET))

        member_body = cls(
            member=member,
            payers=payers,
            pending=pending,
            total=total,
            expiring_30_days=expiring_30_days,
        )

        member_body.additional_properties = d
        return member_body

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
