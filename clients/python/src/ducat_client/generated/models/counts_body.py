from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="CountsBody")


@_attrs_define
class CountsBody:
    """What was done while a run was under way.

    Attributes:
        charged (int): Debits that were asked for.
        failed (int): Credits and debits that were reported to have failed.
        refused (int): Credits and debits that the processor refused for good.
        sent (int): Credits and debits that the processor took.
        succeeded (int): Credits and debits that were reported to have succeeded.
        timed_out (int): Debits that timed out.
        unknown (int): Transactions that no one knows.
        unresolved (int): Credits and debits that became unresolved.
    """

    charged: int
    failed: int
    refused: int
    sent: int
    succeeded: int
    timed_out: int
    unknown: int
    unresolved: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        charged = self.charged

        failed = self.failed

        refused = self.refused

        sent = self.sent

        succeeded = self.succeeded

        timed_out = self.timed_out

        unknown = self.unknown

        unresolved = self.unresolved

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "charged": charged,
                "failed": failed,
                "refused": refused,
                "sent": sent,
                "succeeded": succeeded,
                "timed_out": timed_out,
                "unknown": unknown,
                "unresolved": unresolved,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        charged = d.pop("charged")

        failed = d.pop("failed")

        refused = d.pop("refused")

        sent = d.pop("sent")

        succeeded = d.pop("succeeded")

        timed_out = d.pop("timed_out")

        unknown = d.pop("unknown")

        unresolved = d.pop("unresolved")

        counts_body = cls(
            charged=charged,
            failed=failed,
            refused=refused,
            sent=sent,
            succeeded=succeeded,
            timed_out=timed_out,
            unknown=unknown,
            unresolved=unresolved,
        )

        counts_body.additional_properties = d
        return counts_body

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
