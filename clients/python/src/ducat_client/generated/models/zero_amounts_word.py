from enum import StrEnum


class ZeroAmountsWord(StrEnum):
    RECORD = "record"
    REFUSE = "refuse"

    def __str__(self) -> str:
        return str(self.value)
