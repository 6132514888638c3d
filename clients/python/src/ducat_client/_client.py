"""A server and its ledgers."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote

import httpx

from ._errors import DucatError
from ._ids import new_id
from ._json import decode, encode
from ._transport import UNSETTLED, RepeatingTransport
from .generated import AuthenticatedClient
from .generated.models import AccountBody, BalanceAt, EntryBody, EventBody, TransactionBody


@dataclass(frozen=True)
class Command:
    """A command as it is sent: where to, under which id, and its bytes.

    Store it before you submit it; after a crash submit what you stored. However often it is submitted, it counts once.
    """

    path: str
    id: str
    body: str

    def to_json(self) -> str:
        """What to store."""
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(text: str) -> "Command":
        """What was stored."""
        return Command(**json.loads(text))


@dataclass(frozen=True)
class Outcome:
    """What came of a command."""

    transaction: TransactionBody
    is_replay: bool
    """Whether it had been done before: this is the response of then."""


class Ducat:
    """A server. Use it as a context manager, or close it."""

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        retry_s: float = 60.0,
        timeout_s: float = 30.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """`retry_s` says for how long a request is tried again while the server is away or busy."""
        headers = {"authorization": f"Bearer {key}"} if key else {}
        repeating = RepeatingTransport(transport or httpx.HTTPTransport(), retry_s)
        self._http = httpx.Client(base_url=url.rstrip("/"), headers=headers, timeout=timeout_s, transport=repeating)
        self.raw = AuthenticatedClient(base_url=url.rstrip("/"), token=key or "").set_httpx_client(self._http)
        """For the functions in `ducat_client.generated.api`: every operation, typed."""

    def __enter__(self) -> "Ducat":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes its connections."""
        self._http.close()

    def ledger(self, name: str) -> "Ledger":
        """A ledger. Nothing is asked of the server."""
        return Ledger(self, name)

    def open_ledger(self, terms: Mapping[str, Any]) -> "Ledger":
        """Opens a ledger. One that is open with the same terms stays as it is."""
        self.fetch("POST", "/v1/ledgers", encode(terms))
        return self.ledger(terms["name"])

    def submit(self, command: Command) -> Outcome:
        """Submits a command. It is sent again while the server is away.

        Raises `DucatError` when it is refused, or when its outcome is not known: then submit it again.
        """
        response = self.fetch("POST", command.path, command.body.encode())
        is_replay = response.headers.get("idempotent-replayed") == "true"
        body = response.json()
        if not isinstance(body, dict) or body.get("id") != command.id:
            detail = "the response is of another command"
            raise DucatError(response.status_code, "another_response", detail, is_outcome_unknown=True)
        return Outcome(TransactionBody.from_dict(body), is_replay)

    def fetch(
        self,
        method: str,
        path: str,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> httpx.Response:
        """Sends a request and gives its response, if that is a success."""
        of_body = {"content-type": "application/json"} if content is not None else {}
        response = self._http.request(
            method, path, content=content, headers={**of_body, **(headers or {})}, params=params or None
        )
        if response.is_success:
            return response
        unknown = bool(response.extensions.get(UNSETTLED))
        try:
            problem = response.json()
            code, detail = str(problem["code"]), str(problem["detail"])
        except (ValueError, KeyError, TypeError):
            problem, code = None, "not_a_problem"
            detail = response.text[:1_000] or f"status {response.status_code}"
        raise DucatError(response.status_code, code, detail, problem, unknown)


class Ledger:
    """A ledger of a server."""

    def __init__(self, server: Ducat, name: str) -> None:
        self.server = server
        self.name = name
        self._path = f"/v1/ledgers/{quote(name, safe='')}"

    def prepare(self, transaction: Mapping[str, Any]) -> Command:
        """A transaction as a command, to be stored and then submitted. It gets a new id if it has none."""
        own = str(transaction.get("id") or new_id())
        return Command(f"{self._path}/transactions", own, encode({**transaction, "id": own}).decode())

    def transact(self, transaction: Mapping[str, Any]) -> Outcome:
        """Submits a transaction whose id you have stored."""
        _stored(transaction.get("id"))
        return self.server.submit(self.prepare(transaction))

    def post(self, hold: str, amount: int | None = None) -> TransactionBody:
        """Posts a hold, all of it or a part."""
        request = {} if amount is None else {"amount": amount}
        return self._transition(hold, "post", request)

    def void(self, hold: str) -> TransactionBody:
        """Ends a hold without posting it."""
        return self._transition(hold, "void", {})

    def reverse(self, transaction: str, request: Mapping[str, Any]) -> TransactionBody:
        """Reverses a transaction, all of it or a part, under an id that you have stored."""
        _stored(request.get("id"))
        return self._transition(transaction, "reverse", request)

    def _transition(self, transaction: str, what: str, request: Mapping[str, Any]) -> TransactionBody:
        path = f"{self._path}/transactions/{quote(transaction, safe='')}/{what}"
        return TransactionBody.from_dict(self.server.fetch("POST", path, encode(request)).json())

    def open_account(self, request: Mapping[str, Any]) -> AccountBody:
        """Opens an account. One that is open with the same terms stays as it is."""
        response = self.server.fetch("POST", f"{self._path}/accounts", encode(request))
        return AccountBody.from_dict(response.json())

    def account(self, name: str) -> AccountBody:
        """An account, with its balances by asset: what is posted, held and available now."""
        return AccountBody.from_dict(self._get(f"/accounts/{quote(name, safe='')}", {}))

    def balance(self, account: str, **query: Any) -> BalanceAt:
        """What is posted of one asset, now or at an instant; `asset` and `at` say of what and when."""
        return BalanceAt.from_dict(self._get(f"/accounts/{quote(account, safe='')}/balance", query))

    def transaction(self, own: str) -> TransactionBody:
        """A transaction, by its id."""
        return TransactionBody.from_dict(self._get(f"/transactions/{quote(own, safe='')}", {}))

    def transactions(self, **query: Any) -> Iterator[TransactionBody]:
        """All transactions that a query finds, the latest first; pages are read as they are needed."""
        return (TransactionBody.from_dict(one) for one in self._all("/transactions", query))

    def accounts(self, **query: Any) -> Iterator[AccountBody]:
        """All accounts that a query finds."""
        return (AccountBody.from_dict(one) for one in self._all("/accounts", query))

    def statement(self, account: str, **query: Any) -> Iterator[EntryBody]:
        """All entries of an account."""
        entries = self._all(f"/accounts/{quote(account, safe='')}/statement", query)
        return (EntryBody.from_dict(decode(one, "EntryBody")) for one in entries)

    def events(self, after: int = 0, limit: int = 1_000) -> Iterator[EventBody]:
        """All events after one of them, to the end of the journal as it is then."""
        following: int | None = after
        while following is not None:
            page = self._get("/events", {"after": following, "limit": limit})
            yield from (EventBody.from_dict(one) for one in page["data"])
            # A page may be empty, for a key that sees some accounts only, and lead on.
            following = page.get("next")

    def _all(self, path: str, query: Mapping[str, Any]) -> Iterator[Any]:
        cursor: str | None = None
        while True:
            page = self._get(path, {**query, **({"cursor": cursor} if cursor else {})})
            yield from page["data"]
            cursor = page.get("next")
            if not cursor:
                return

    def _get(self, path: str, query: Mapping[str, Any]) -> Any:
        # `from` is a word of Python: `from_` is taken for it.
        given = {name.rstrip("_"): value for name, value in query.items() if value is not None}
        return self.server.fetch("GET", self._path + path, params=given).json()


def _stored(own: object) -> None:
    """Refuses what has no id: it would get another one each time."""
    if not isinstance(own, str) or not own:
        raise ValueError("it needs an id that you have stored; prepare() makes one")
