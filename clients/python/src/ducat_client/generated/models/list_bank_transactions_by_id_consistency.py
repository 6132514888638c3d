from enum import StrEnum


class ListBankTransactionsByIdConsistency(StrEnum):
    ACKNOWLEDGED = "acknowledged"

    def __str__(self) -> str:
        return str(self.value)
