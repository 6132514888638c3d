from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.limits_data import LimitsData
    from ..models.metadata import Metadata


T = TypeVar("T", bound="AccountChangedData")


@_attrs_define
class AccountChangedData:
    """The state of an account after a change.

    Attributes:
        account (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        closed (bool): Whether it is closed.
        frozen (bool): Whether new debits and credits are refused.
        metadata (Metadata): Strings under keys, 4 KiB in all
        limits (LimitsData | None | Unset):
    """

    account: str
    closed: bool
    frozen: bool
    metadata: Metadata
    limits: LimitsData | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.limits_data import LimitsData  # noqa: PLC0415

        account = self.account

        closed = self.closed

        frozen = self.frozen

        metadata = self.metadata.to_dict()

        limits: dict[str, Any] | None | Unset
        if isinstance(self.limits, Unset):
            limits = UNSET
        elif isinstance(self.limits, LimitsData):
            limits = self.limits.to_dict()
        else:
            limits = self.limits

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "account": account,
                "closed": closed,
                "frozen": frozen,
                "metadata": metadata,
            }
        )
        if limits is not UNSET:
            field_dict["limits"] = limits

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.limits_data import LimitsData  # noqa: PLC0415
        from ..models.metadata import Metadata  # noqa: PLC0415

        d = dict(src_dict)
        account = d.pop("account")

        closed = d.pop("closed")

        frozen = d.pop("frozen")

        metadata = Metadata.from_dict(d.pop("metadata"))

        def _parse_limits(data: object) -> LimitsData | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                limits_type_0 = LimitsData.from_dict(data)

                return limits_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(LimitsData | None | Unset, data)

        limits = _parse_limits(d.pop("limits", UNSET))

        account_changed_data = cls(
            account=account,
            closed=closed,
            frozen=frozen,
            metadata=metadata,
            limits=limits,
        )

        account_changed_data.additional_properties = d
        return account_changed_data

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
