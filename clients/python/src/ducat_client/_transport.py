"""Sending, and sending again.

A request is repeated only if it changes nothing or has an id, and then with the same bytes.
"""

import json
import random
import time
from typing import Any

import httpx

from ._errors import DucatError
from ._json import decode, shape_of

AGAIN = {408, 429, 502, 503, 504}
"""Responses after which the same request may succeed, or has succeeded already."""

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
        attempt = 0
        while True:
            outcome = self._once(request)
            is_response = isinstance(outcome, httpx.Response)
            after = outcome.headers.get("retry-after") if isinstance(outcome, httpx.Response) else None
            wait = _pause(attempt, after)
            is_final = isinstance(outcome, httpx.Response) and (
                outcome.status_code not in AGAIN
                # There is no processor to wait for.
                or (outcome.status_code == 503 and after is None)
            )
            if is_final or not may_repeat or time.monotonic() + wait > until:
                if isinstance(outcome, httpx.Response):
                    return _decoded(request, outcome)
                detail = "no response came; it is not known whether anything was done"
                raise DucatError(0, "no_response", detail) from outcome
            assert is_response or isinstance(outcome, httpx.TransportError)
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
    if request.method in ("GET", "HEAD", "PUT", "DELETE"):
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
