from enum import StrEnum


class ScopeWord(StrEnum):
    ADMIN = "admin"
    METRICS = "metrics"
    POST_ONLY = "post-only"
    READ = "read"
    WRITE = "write"

    def __str__(self) -> str:
        return str(self.value)
