from enum import StrEnum


class RoundingWord(StrEnum):
    LARGER_FIRST = "larger_first"
    LARGER_LAST = "larger_last"

    def __str__(self) -> str:
        return str(self.value)
