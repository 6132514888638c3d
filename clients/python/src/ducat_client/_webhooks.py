"""Webhooks as https://www.standardwebhooks.com describes them (1.0.0): an HMAC-SHA256 over id, time and body."""

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

TOLERANCE_S = 300
"""How old a message may be."""


class WebhookError(Exception):
    """A message that was not sent by who has the secret, or not lately."""


def verify_webhook(body: bytes, headers: Mapping[str, str], secret: str, now: float | None = None) -> Any:
    """Checks that a message was sent by who has the secret, and lately. Gives what it says.

    `body` must be the bytes as they arrived. `secret` is the one of the endpoint: `whsec_` and base64.
    """
    given = {name.lower(): value for name, value in headers.items()}
    try:
        sender, sent, signatures = (given[f"webhook-{name}"] for name in ("id", "timestamp", "signature"))
    except KeyError as missing:
        raise WebhookError(f"the header {missing.args[0]} is missing") from None
    is_number = sent.isascii() and sent.isdigit() and len(sent) <= 12
    if not is_number or abs((time.time() if now is None else now) - int(sent)) > TOLERANCE_S:
        raise WebhookError("the time of the message is too far off")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    made = hmac.new(key, f"{sender}.{sent}.".encode() + body, hashlib.sha256).digest()
    for one in signatures.split(" "):
        version, _, text = one.partition(",")
        try:
            fits = version == "v1" and hmac.compare_digest(base64.b64decode(text, validate=True), made)
        except (binascii.Error, ValueError):
            fits = False
        if fits:
            return json.loads(body)
    raise WebhookError("no signature fits: the secret is another, or the body was changed")
