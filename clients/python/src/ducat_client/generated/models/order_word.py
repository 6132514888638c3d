from enum import StrEnum


class OrderWord(StrEnum):
    EARNED = "earned"
    EXPIRING = "expiring"

    def __str__(self) -> str:
        return str(self.value)
