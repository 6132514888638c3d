from enum import StrEnum


class WebhookStatus(StrEnum):
    ACTIVE = "active"
    CLOSED = "closed"
    DISABLED = "disabled"

    def __str__(self) -> str:
        return str(self.value)
