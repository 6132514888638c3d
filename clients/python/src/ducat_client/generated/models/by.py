from enum import StrEnum


class By(StrEnum):
    EFFECTIVE = "effective"
    RECORDED = "recorded"

    def __str__(self) -> str:
        return str(self.value)
