from enum import StrEnum


class ListAdvancesStatus(StrEnum):
    ACCEPTED = "accepted"
    CANCELLED = "cancelled"
    COLLECTING = "collecting"
    FAILED = "failed"
    REFUSED = "refused"
    REPAID = "repaid"
    SENT = "sent"
    UNRESOLVED = "unresolved"
    WRITTEN_OFF = "written_off"

    def __str__(self) -> str:
        return str(self.value)
