"""A client for Ducat, the ledger server. Amounts are int; retries cannot pay twice."""

from ._client import Command, Ducat, Ledger, Outcome
from ._errors import DucatError
from ._ids import new_id
from ._webhooks import WebhookError, verify_webhook

__all__ = ["Command", "Ducat", "DucatError", "Ledger", "Outcome", "WebhookError", "new_id", "verify_webhook"]
