"""Sending, and sending again.

A request is repeated only if it changes nothing or has an id, and then with the same bytes.
"""

import json
import random
import re
import time
from typing import Any

import httpx

from ._errors import DucatError
from ._json import decode, shape_of

AGAIN = {408, 429, 502, 503, 504}
"""Responses after which the same request may succeed, or has succeeded already."""

SETTLED = {400, 404, 409, 412, 413, 415, 422}
"""Responses that say what became of a command."""

UNSETTLED = "ducat_unsettled"
"""Marks a response of a request of which one attempt may have been done without a response."""

FINDS_ITSELF = re.compile(r"/v1/ledgers(/[^/]+/(accounts|transactions/[^/]+/(post|void)))?")
"""POSTs that find what they made: a ledger or an account that is open, a hold that has ended."""

DELETED_BY_ID = re.compile(r"/(v1/keys|v2/accounts)/[^/]+")
"""What is deleted by an id that no other gets. A name may be another's when the request is sent again."""

WAIT_MIN, WAIT_MAX = 0.05, 5.0
"""Waits between attempts in seconds: twice as long each time, up to so many."""


class RepeatingTransport(httpx.BaseTransport):
    """Repeats what may be repeated, and gives amounts of responses as int."""

    def __init__(self, inner: httpx.BaseTransport, retry_s: float) -> None:
        self._inner = inner
        self._retry_s = retry_s

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        body = request.read()
        may_repeat = is_repeatable(request, body)
        until = time.monotonic() + self._retry_s
        attempt, may_be_done = 0, False
        while True:
            outcome = self._once(request)
            response = outcome if isinstance(outcome, httpx.Response) else None
            may_be_done |= response is None or response.status_code in (500, 502, 504)
            after = response.headers.get("retry-after") if response else None
            wait = _pause(attempt, after)
            is_final = response is not None and (
                response.status_code not in AGAIN
                # There is no processor to wait for.
                or (response.status_code == 503 and after is None)
            )
            if is_final or not may_repeat or time.monotonic() + wait > until:
                if response is None:
                    detail = f"no response came ({outcome}); it is not known whether anything was done"
                    cause = outcome if isinstance(outcome, Exception) else None
                    raise DucatError(0, "no_response", detail, is_outcome_unknown=True) from cause
                if may_be_done and not response.is_success and response.status_code not in SETTLED:
                    response.extensions[UNSETTLED] = True
                return _decoded(request, response)
            time.sleep(wait)
            attempt += 1

    def _once(self, request: httpx.Request) -> httpx.Response | httpx.TransportError:
        try:
            response = self._inner.handle_request(request)
            # A response that breaks off is none.
            response.read()
            return response
        except httpx.TransportError as error:
            return error

    def close(self) -> None:
        self._inner.close()


def is_repeatable(request: httpx.Request, body: bytes) -> bool:
    """Whether a request that is sent twice counts once."""
    path = request.url.path
    if request.method in ("GET", "HEAD", "PUT"):
        return True
    if request.method == "DELETE":
        return DELETED_BY_ID.fullmatch(path) is not None
    if request.method == "POST" and FINDS_ITSELF.fullmatch(path):
        return True
    if "idempotency-key" in request.headers or "transaction-id" in request.headers:
        return True
    try:
        value: Any = json.loads(body)
    except ValueError:
        return False
    if not isinstance(value, dict):
        return False
    every = value["transactions"] if isinstance(value.get("transactions"), list) else [value]
    return bool(every) and all(isinstance(one, dict) and isinstance(one.get("id"), str) for one in every)


def _pause(attempt: int, after: str | None) -> float:
    try:
        asked = float(after) if after else 0.0
    except ValueError:
        asked = 0.0
    own: float = min(WAIT_MAX, WAIT_MIN * 2 ** min(attempt, 10))
    return max(asked, own / 2 + random.random() * own / 2)


def _decoded(request: httpx.Request, response: httpx.Response) -> httpx.Response:
    shape = shape_of(request.method, request.url.path)
    if shape is None or not response.is_success or response.headers.get("content-type") != "application/json":
        return response
    value = decode(response.json(), shape)
    headers = [(name, of) for name, of in response.headers.multi_items() if name not in _OF_BYTES]
    content = json.dumps(value).encode()
    return httpx.Response(response.status_code, headers=headers, content=content, extensions=response.extensions)


_OF_BYTES = {"content-length", "content-encoding", "transfer-encoding"}
