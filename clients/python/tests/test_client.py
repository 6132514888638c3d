"""Against a server at DUCAT_URL, which the tests may fill."""

import os

import pytest

from ducat_client import Command, Ducat, DucatError, Ledger, new_id
from ducat_client.generated.api.accounts import get_balance
from ducat_client.generated.models import BalanceAt

URL = os.environ["DUCAT_URL"]


@pytest.fixture
def ledger() -> Ledger:
    terms = {"name": f"py-{new_id()}", "assets": [{"code": "USD", "scale": 2}], "implicit_accounts": True}
    return Ducat(URL).open_ledger(terms)


def world(destination: str, amount: int) -> dict[str, object]:
    return {"postings": [{"source": "world", "destination": destination, "amount": amount}]}


def test_amounts_are_int_however_large(ledger: Ledger) -> None:
    large = 10**30
    outcome = ledger.server.submit(ledger.prepare(world("large", large)))
    assert not outcome.is_replay
    assert outcome.transaction.postings[0].amount == large
    assert ledger.balance("large").posted == large
    ledger.server.submit(ledger.prepare(world("small", 5)))
    small = ledger.account("small").balances["USD"]
    assert (small.posted, small.available) == (5, 5)


def test_metadata_stays_text(ledger: Ledger) -> None:
    metadata = {"amount": "12", "posted": "13"}
    outcome = ledger.server.submit(ledger.prepare({**world("texts", 1), "metadata": metadata}))
    assert outcome.transaction.metadata.to_dict() == metadata


def test_a_command_counts_once(ledger: Ledger) -> None:
    command = ledger.prepare(world("once", 7))
    first = ledger.server.submit(command)
    second = ledger.server.submit(Command.from_json(command.to_json()))
    assert (first.is_replay, second.is_replay) == (False, True)
    assert first.transaction.seq == second.transaction.seq
    assert ledger.balance("once").posted == 7


def test_a_refusal_has_a_code_and_a_sentence(ledger: Ledger) -> None:
    transfer = {"id": new_id(), "postings": [{"source": "nobody", "destination": "once", "amount": 1}]}
    with pytest.raises(DucatError) as raised:
        ledger.transact(transfer)
    assert (raised.value.status, raised.value.code) == (422, "insufficient_funds")
    assert not raised.value.is_outcome_unknown
    with pytest.raises(ValueError, match="an id that you have stored"):
        ledger.transact(world("a", 1))


def test_holds_end_once(ledger: Ledger) -> None:
    ledger.server.submit(ledger.prepare(world("holder", 100)))
    hold = {
        "postings": [{"source": "holder", "destination": "shop", "amount": 60}],
        "pending": {"timeout_s": 3600},
    }
    one = ledger.prepare(hold)
    ledger.server.submit(one)
    assert ledger.account("holder").balances["USD"].pending_out == 60
    for _ in range(2):
        ledger.post(one.id, 40)
    with pytest.raises(DucatError):
        ledger.post(one.id, 1_000)
    other = ledger.prepare(hold)
    ledger.server.submit(other)
    for _ in range(2):
        ledger.void(other.id)
    assert ledger.balance("holder").posted == 60
    reversal = {"id": new_id()}
    for _ in range(2):
        ledger.reverse(one.id, reversal)
    assert ledger.balance("holder").posted == 100


def test_lists_are_read_page_by_page(ledger: Ledger) -> None:
    for _ in range(25):
        ledger.server.submit(ledger.prepare(world("many", 1)))
    balances = [entry.balance for entry in ledger.statement("many", limit=4)]
    assert sorted(balances) == list(range(1, 26))
    assert sum(1 for _ in ledger.transactions(account="many", limit=7)) == 25
    seqs = [event.seq for event in ledger.events(limit=10)]
    assert seqs == list(range(1, len(seqs) + 1)) and len(seqs) > 25


def test_every_operation_is_there(ledger: Ledger) -> None:
    ledger.server.submit(ledger.prepare(world("large", 10**30)))
    balance = get_balance.sync(ledger.name, "large", client=ledger.server.raw)
    assert isinstance(balance, BalanceAt) and balance.posted == 10**30
