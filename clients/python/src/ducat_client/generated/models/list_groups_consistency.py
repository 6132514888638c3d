from enum import StrEnum


class ListGroupsConsistency(StrEnum):
    ACKNOWLEDGED = "acknowledged"

    def __str__(self) -> str:
        return str(self.value)
