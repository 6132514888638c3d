"""Against transports of our own that fail in every way."""

import contextlib
import json
import time
from collections.abc import Callable

import httpx
import pytest

from ducat_client import Ducat, DucatError, WebhookError, new_id, verify_webhook

DONE = {
    "id": new_id(),
    "seq": 1,
    "status": "posted",
    "at": "2026-01-01T00:00:00Z",
    "effective_at": "2026-01-01T00:00:00Z",
    "metadata": {},
    "postings": [{"source": "world", "destination": "a", "amount": "9007199254740993", "asset": "USD"}],
}
TRANSFER = {"id": DONE["id"], "postings": [{"source": "world", "destination": "a", "amount": 1}]}


def done() -> httpx.Response:
    return httpx.Response(201, json=DONE)


def cut() -> httpx.Response:
    raise httpx.ReadError("the connection was cut")


def problem(status: int, code: str, after: str | None = None) -> Callable[[], httpx.Response]:
    headers = {"retry-after": after} if after else {}
    body = {"status": status, "code": code, "detail": f"it is {code}"}
    return lambda: httpx.Response(status, headers=headers, json=body)


class Scripted(httpx.BaseTransport):
    """Answers by a list of outcomes, and keeps what it was sent."""

    def __init__(self, *outcomes: Callable[[], httpx.Response]) -> None:
        self.outcomes = outcomes
        self.seen: list[bytes] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request.read())
        return self.outcomes[min(len(self.seen), len(self.outcomes)) - 1]()


def server(transport: Scripted, retry_s: float = 60.0) -> Ducat:
    return Ducat("http://ledger", transport=transport, retry_s=retry_s)


def test_a_command_is_sent_again_with_the_same_bytes() -> None:
    transport = Scripted(cut, cut, problem(503, "starting", "0"), problem(504, "outcome_unknown"), done)
    ducat = server(transport)
    command = ducat.ledger("shop").prepare(TRANSFER)
    assert ducat.submit(command).transaction.postings[0].amount == 9007199254740993
    assert transport.seen == [command.body.encode()] * 5


@pytest.mark.parametrize("outcome", [cut, problem(504, "outcome_unknown")])
def test_what_has_no_id_is_sent_once(outcome: Callable[[], httpx.Response]) -> None:
    transport = Scripted(outcome, done)
    with pytest.raises(DucatError) as raised:
        server(transport).fetch("POST", "/v1/ledgers/shop/transactions", json.dumps({"postings": []}).encode())
    assert raised.value.is_outcome_unknown and len(transport.seen) == 1


@pytest.mark.parametrize(
    ("transactions", "times"), [([{"id": "a"}, {"id": "b"}], 2), ([{"id": "a"}, {}], 1), ([], 1), (["a"], 1)]
)
def test_a_batch_is_sent_again_if_each_has_an_id(transactions: list[object], times: int) -> None:
    transport = Scripted(cut, done)
    body = json.dumps({"transactions": transactions}).encode()
    with contextlib.suppress(DucatError):
        server(transport).fetch("POST", "/v1/ledgers/shop/transactions/batch", body)
    assert len(transport.seen) == times


@pytest.mark.parametrize(
    ("status", "code"), [(422, "insufficient_funds"), (409, "id_reused"), (503, "processor_not_configured")]
)
def test_a_refusal_is_not_sent_again(status: int, code: str) -> None:
    transport = Scripted(problem(status, code), done)
    ducat = server(transport)
    with pytest.raises(DucatError) as raised:
        ducat.submit(ducat.ledger("shop").prepare(TRANSFER))
    assert raised.value.code == code and len(transport.seen) == 1


def test_it_ends_when_the_time_is_over() -> None:
    transport = Scripted(cut)
    ducat = server(transport, 0.3)
    with pytest.raises(DucatError) as raised:
        ducat.submit(ducat.ledger("shop").prepare(TRANSFER))
    assert raised.value.is_outcome_unknown and len(transport.seen) > 1


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (problem(504, "outcome_unknown"), problem(503, "store_unavailable", "0")),
        (cut, problem(429, "rate_limited", "60")),
        (cut, problem(401, "invalid_key")),
    ],
)
def test_what_one_attempt_left_unknown_stays_unknown(
    first: Callable[[], httpx.Response], then: Callable[[], httpx.Response]
) -> None:
    ducat = server(Scripted(first, then), 0.4)
    with pytest.raises(DucatError) as raised:
        ducat.submit(ducat.ledger("shop").prepare(TRANSFER))
    assert raised.value.is_outcome_unknown
    # A refusal of the ledger says what became of it.
    ducat = server(Scripted(first, problem(422, "insufficient_funds")))
    with pytest.raises(DucatError) as raised:
        ducat.submit(ducat.ledger("shop").prepare(TRANSFER))
    assert not raised.value.is_outcome_unknown


def test_another_response_is_no_success() -> None:
    for outcome in (
        lambda: httpx.Response(301, headers={"location": "/elsewhere"}),
        lambda: httpx.Response(201, json={**DONE, "id": new_id()}),
    ):
        transport = Scripted(outcome, done)
        ducat = server(transport)
        with pytest.raises(DucatError):
            ducat.submit(ducat.ledger("shop").prepare(TRANSFER))
        assert len(transport.seen) == 1


@pytest.mark.parametrize(
    ("method", "path", "times"),
    [
        ("POST", "/v1/ledgers", 2),
        ("POST", "/v1/ledgers/shop/accounts", 2),
        ("POST", "/v1/ledgers/shop/transactions/x/void", 2),
        ("POST", "/v1/ledgers/shop/transactions/x/reverse", 1),
        ("DELETE", "/accounts/Savings", 1),
        ("DELETE", "/v2/accounts/x", 2),
        ("DELETE", "/v2/accounts/x/links/y", 1),
        ("PUT", "/v1/ledgers/shop/points/program", 2),
    ],
)
def test_what_is_asked_for_again(method: str, path: str, times: int) -> None:
    transport = Scripted(cut, done)
    with contextlib.suppress(DucatError):
        server(transport).fetch(method, path, None if method == "DELETE" else b"{}")
    assert len(transport.seen) == times


def test_no_id_is_made_where_one_must_be_stored() -> None:
    ledger = server(Scripted(done)).ledger("shop")
    with pytest.raises(ValueError, match="an id that you have stored"):
        ledger.transact({**TRANSFER, "id": None})
    with pytest.raises(ValueError, match="an id that you have stored"):
        ledger.reverse("x", {"id": None})
    with pytest.raises(TypeError, match="amounts are int"):
        ledger.prepare({"postings": [{"source": "world", "destination": "a", "amount": 1.5}]})


def test_a_server_asks_for_time_and_gets_it() -> None:
    ducat = server(Scripted(problem(429, "rate_limited", "1"), done))
    begun = time.monotonic()
    ducat.submit(ducat.ledger("shop").prepare(TRANSFER))
    assert time.monotonic() - begun >= 1


def test_webhooks_are_verified() -> None:
    # The example of the specification.
    body, secret, now = b'{"test": 2432232314}', "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 1614265330
    headers = {
        "Webhook-Id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "Webhook-Timestamp": "1614265330",
        "Webhook-Signature": "v1,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    assert verify_webhook(body, headers, secret, now) == {"test": 2432232314}
    for wrong in (
        (body + b" ", headers, secret, now),
        (body, headers, secret, now + 301),
        (body, {**headers, "Webhook-Timestamp": "x"}, secret, now),
        (body, {"Webhook-Id": "x"}, secret, now),
        (body, headers, "whsec_AAAA", now),
    ):
        with pytest.raises(WebhookError):
            verify_webhook(*wrong)


def test_ids_are_in_order_of_time() -> None:
    ids = [new_id() for _ in range(100)]
    assert all(one[14] == "7" and one[19] in "89ab" for one in ids)
    assert [one[:13] for one in ids] == sorted(one[:13] for one in ids)
