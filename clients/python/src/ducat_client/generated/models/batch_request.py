from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.results import Results
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.transaction_request import TransactionRequest


T = TypeVar("T", bound="BatchRequest")


@_attrs_define
class BatchRequest:
    """Transactions to make.

    Attributes:
        transactions (list[TransactionRequest]): At most 8,190, decided in order.
        atomic (bool | Unset): Whether all of them are made or none.
        results (Results | Unset): Which results to answer.
    """

    transactions: list[TransactionRequest]
    atomic: bool | Unset = UNSET
    results: Results | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        transactions = []
        for transactions_item_data in self.transactions:
            transactions_item = transactions_item_data.to_dict()
            transactions.append(transactions_item)

        atomic = self.atomic

        results: str | Unset = UNSET
        if not isinstance(self.results, Unset):
            results = self.results.value

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "transactions": transactions,
            }
        )
        if atomic is not UNSET:
            field_dict["atomic"] = atomic
        if results is not UNSET:
            field_dict["results"] = results

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.transaction_request import TransactionRequest  # noqa: PLC0415

        d = dict(src_dict)
        transactions = []
        _transactions = d.pop("transactions")
        for transactions_item_data in _transactions:
            transactions_item = TransactionRequest.from_dict(transactions_item_data)

            transactions.append(transactions_item)

        atomic = d.pop("atomic", UNSET)

        _results = d.pop("results", UNSET)
        results: Results | Unset
        if isinstance(_results, Unset):
            results = UNSET
        else:
            results = Results(_results)

        batch_request = cls(
            transactions=transactions,
            atomic=atomic,
            results=results,
        )

        return batch_request
