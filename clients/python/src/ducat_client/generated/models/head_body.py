from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="HeadBody")


@_attrs_define
class HeadBody:
    """The head of a ledger. `ducat verify --head` takes it as it stands here.

    Attributes:
        at (datetime.datetime): The instant of that effect.
        batch (int): Its last batch.
        hash_ (str): The hash of the batch, in hexadecimal, which is chained to all batches before.
        ledger (str): The ledger.
        seq (int): Its last effect.
        public_key (None | str | Unset): The public key of who signs, in hexadecimal (Ed25519); null where nothing
            signs.
        signature (None | str | Unset): The signature, in hexadecimal; null where nothing signs.
        store (None | str | Unset): Which store, in hexadecimal: the hash of the first batch of its system ledger. Null
            where nothing signs.
    """

    at: datetime.datetime
    batch: int
    hash_: str
    ledger: str
    seq: int
    public_key: None | str | Unset = UNSET
    signature: None | str | Unset = UNSET
    store: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        at = self.at.isoformat()

        batch = self.batch

        hash_ = self.hash_

        ledger = self.ledger

        seq = self.seq

        public_key: None | str | Unset
        if isinstance(self.public_key, Unset):
            public_key = UNSET
        else:
            public_key = self.public_key

        signature: None | str | Unset
        if isinstance(self.signature, Unset):
            signature = UNSET
        else:
            signature = self.signature

        store: None | str | Unset
        if isinstance(self.store, Unset):
            store = UNSET
        else:
            store = self.store

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "at": at,
                "batch": batch,
                "hash": hash_,
                "ledger": ledger,
                "seq": seq,
            }
        )
        if public_key is not UNSET:
            field_dict["public_key"] = public_key
        if signature is not UNSET:
            field_dict["signature"] = signature
        if store is not UNSET:
            field_dict["store"] = store

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        at = datetime.datetime.fromisoformat(d.pop("at"))

        batch = d.pop("batch")

        hash_ = d.pop("hash")

        ledger = d.pop("ledger")

        seq = d.pop("seq")

        def _parse_public_key(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        public_key = _parse_public_key(d.pop("public_key", UNSET))

        def _parse_signature(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        signature = _parse_signature(d.pop("signature", UNSET))

        def _parse_store(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        store = _parse_store(d.pop("store", UNSET))

        head_body = cls(
            at=at,
            batch=batch,
            hash_=hash_,
            ledger=ledger,
            seq=seq,
            public_key=public_key,
            signature=signature,
            store=store,
        )

        head_body.additional_properties = d
        return head_body

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
