from enum import StrEnum


class Results(StrEnum):
    ALL = "all"
    REJECTED = "rejected"

    def __str__(self) -> str:
        return str(self.value)
