from enum import StrEnum


class GetMaxTransactionVolumeConsistency(StrEnum):
    ACKNOWLEDGED = "acknowledged"

    def __str__(self) -> str:
        return str(self.value)
