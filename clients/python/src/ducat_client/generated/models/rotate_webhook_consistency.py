from enum import StrEnum


class RotateWebhookConsistency(StrEnum):
    ACKNOWLEDGED = "acknowledged"

    def __str__(self) -> str:
        return str(self.value)
