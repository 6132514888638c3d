from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.counts_body import CountsBody
    from ..models.progress_body import ProgressBody
    from ..models.reading_body import ReadingBody


T = TypeVar("T", bound="RunShown")


@_attrs_define
class RunShown:
    """A run, and how far it is where it goes on on this node.

    Attributes:
        as_of (datetime.date): A day, from 1970 on
        counts (CountsBody): What was done while a run was under way.
        id (str): Its id.
        started_at (str): When it began.
        status (str): `running`, `done` or `failed`.
        ended_at (None | str | Unset): When it ended.
        given_up (int | None | Unset): Credits and debits that have no response of the processor, which the next run
            tries again, or that it refused for
            good.
        reason (None | str | Unset): Why it failed.
        report (None | ReadingBody | Unset):
        progress (None | ProgressBody | Unset):
    """

    as_of: datetime.date
    counts: CountsBody
    id: str
    started_at: str
    status: str
    ended_at: None | str | Unset = UNSET
    given_up: int | None | Unset = UNSET
    reason: None | str | Unset = UNSET
    report: None | ReadingBody | Unset = UNSET
    progress: None | ProgressBody | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.progress_body import ProgressBody  # noqa: PLC0415
        from ..models.reading_body import ReadingBody  # noqa: PLC0415

        as_of = self.as_of.isoformat()

        counts = self.counts.to_dict()

        id = self.id

        started_at = self.started_at

        status = self.status

        ended_at: None | str | Unset
        if isinstance(self.ended_at, Unset):
            ended_at = UNSET
        else:
            ended_at = self.ended_at

        given_up: int | None | Unset
        if isinstance(self.given_up, Unset):
            given_up = UNSET
        else:
            given_up = self.given_up

        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason

        report: dict[str, Any] | None | Unset
        if isinstance(self.report, Unset):
            report = UNSET
        elif isinstance(self.report, ReadingBody):
            report = self.report.to_dict()
        else:
            report = self.report

        progress: dict[str, Any] | None | Unset
        if isinstance(self.progress, Unset):
            progress = UNSET
        elif isinstance(self.progress, ProgressBody):
            progress = self.progress.to_dict()
        else:
            progress = self.progress

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "as_of": as_of,
                "counts": counts,
                "id": id,
                "started_at": started_at,
                "status": status,
            }
        )
        if ended_at is not UNSET:
            field_dict["ended_at"] = ended_at
        if given_up is not UNSET:
            field_dict["given_up"] = given_up
        if reason is not UNSET:
            field_dict["reason"] = reason
        if report is not UNSET:
            field_dict["report"] = report
        if progress is not UNSET:
            field_dict["progress"] = progress

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.counts_body import CountsBody  # noqa: PLC0415
        from ..models.progress_body import ProgressBody  # noqa: PLC0415
        from ..models.reading_body import ReadingBody  # noqa: PLC0415

        d = dict(src_dict)
        as_of = datetime.date.fromisoformat(d.pop("as_of"))

        counts = CountsBody.from_dict(d.pop("counts"))

        id = d.pop("id")

        started_at = d.pop("started_at")

        status = d.pop("status")

        def _parse_ended_at(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        ended_at = _parse_ended_at(d.pop("ended_at", UNSET))

        def _parse_given_up(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        given_up = _parse_given_up(d.pop("given_up", UNSET))

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        def _parse_report(data: object) -> None | ReadingBody | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                report_type_0 = ReadingBody.from_dict(data)

                return report_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ReadingBody | Unset, data)

        report = _parse_report(d.pop("report", UNSET))

        def _parse_progress(data: object) -> None | ProgressBody | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                progress_type_0 = ProgressBody.from_dict(data)

                return progress_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ProgressBody | Unset, data)

        progress = _parse_progress(d.pop("progress", UNSET))

        run_shown = cls(
            as_of=as_of,
            counts=counts,
            id=id,
            started_at=started_at,
            status=status,
            ended_at=ended_at,
            given_up=given_up,
            reason=reason,
            report=report,
            progress=progress,
        )

        run_shown.additional_properties = d
        return run_shown

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
