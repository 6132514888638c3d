from enum import StrEnum


class OpenWebhookConsistency(StrEnum):
    ACKNOWLEDGED = "acknowledged"

    def __str__(self) -> str:
        return str(self.value)
