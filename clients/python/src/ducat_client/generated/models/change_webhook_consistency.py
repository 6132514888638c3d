from enum import StrEnum


class ChangeWebhookConsistency(StrEnum):
    ACKNOWLEDGED = "acknowledged"

    def __str__(self) -> str:
        return str(self.value)
