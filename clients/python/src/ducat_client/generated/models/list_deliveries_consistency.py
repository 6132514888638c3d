from enum import StrEnum


class ListDeliveriesConsistency(StrEnum):
    ACKNOWLEDGED = "acknowledged"

    def __str__(self) -> str:
        return str(self.value)
