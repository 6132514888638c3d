from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.attempt_body import AttemptBody
    from ..models.installment_body import InstallmentBody
    from ..models.terms_of import TermsOf


T = TypeVar("T", bound="PageAdvanceBodyDataItem")


@_attrs_define
class PageAdvanceBodyDataItem:
    """An advance.

    Attributes:
        amount (int): Whole minor units
        collected (int): Whole minor units
        customer (str): Who got it: the bank account that it was paid to and is collected from.
        id (str): Its id.
        opened_on (datetime.date): A day, from 1970 on
        overpaid (int): Whole minor units
        owed (int): Whole minor units
        plan (list[InstallmentBody]): Its installments and what replaces those that failed, by number; empty until the
            credit succeeded.
        status (str): `accepted`, `sent`, `unresolved`, `failed`, `refused`, `cancelled`, `collecting`, `repaid` or
            `written_off`.
        terms (TermsOf): What holds for an advance.
        written_off (int): Whole minor units
        credit (AttemptBody | None | Unset):
    """

    amount: int
    collected: int
    customer: str
    id: str
    opened_on: datetime.date
    overpaid: int
    owed: int
    plan: list[InstallmentBody]
    status: str
    terms: TermsOf
    written_off: int
    credit: AttemptBody | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.attempt_body import AttemptBody  # noqa: PLC0415

        amount = self.amount

        collected = self.collected

        customer = self.customer

        id = self.id

        opened_on = self.opened_on.isoformat()

        overpaid = self.overpaid

        owed = self.owed

        plan = []
        for plan_item_data in self.plan:
            plan_item = plan_item_data.to_dict()
            plan.append(plan_item)

        status = self.status

        terms = self.terms.to_dict()

        written_off = self.written_off

        credit: dict[str, Any] | None | Unset
        if isinstance(self.credit, Unset):
            credit = UNSET
        elif isinstance(self.credit, AttemptBody):
            credit = self.credit.to_dict()
        else:
            credit = self.credit

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "amount": amount,
                "collected": collected,
                "customer": customer,
                "id": id,
                "opened_on": opened_on,
                "overpaid": overpaid,
                "owed": owed,
                "plan": plan,
                "status": status,
                "terms": terms,
                "written_off": written_off,
            }
        )
        if credit is not UNSET:
            field_dict["credit"] = credit

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.attempt_body import AttemptBody  # noqa: PLC0415
        from ..models.installment_body import InstallmentBody  # noqa: PLC0415
        from ..models.terms_of import TermsOf  # noqa: PLC0415

        d = dict(src_dict)
        amount = d.pop("amount")

        collected = d.pop("collected")

        customer = d.pop("customer")

        id = d.pop("id")

        opened_on = datetime.date.fromisoformat(d.pop("opened_on"))

        overpaid = d.pop("overpaid")

        owed = d.pop("owed")

        plan = []
        _plan = d.pop("plan")
        for plan_item_data in _plan:
            plan_item = InstallmentBody.from_dict(plan_item_data)

            plan.append(plan_item)

        status = d.pop("status")

        terms = TermsOf.from_dict(d.pop("terms"))

        written_off = d.pop("written_off")

        def _parse_credit(data: object) -> AttemptBody | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                credit_type_0 = AttemptBody.from_dict(data)

                return credit_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AttemptBody | None | Unset, data)

        credit = _parse_credit(d.pop("credit", UNSET))

        page_advance_body_data_item = cls(
            amount=amount,
            collected=collected,
            customer=customer,
            id=id,
            opened_on=opened_on,
            overpaid=overpaid,
            owed=owed,
            plan=plan,
            status=status,
            terms=terms,
            written_off=written_off,
            credit=credit,
        )

        page_advance_body_data_item.additional_properties = d
        return page_advance_body_data_item

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
