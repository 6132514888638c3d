from enum import StrEnum


class ListTransactionsStatus(StrEnum):
    EXPIRED = "expired"
    PENDING = "pending"
    POSTED = "posted"
    REVERSED = "reversed"
    VOIDED = "voided"

    def __str__(self) -> str:
        return str(self.value)
