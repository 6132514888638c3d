"""What is raised."""

from typing import Any


class DucatError(Exception):
    """A request that the server refused, or that it could not serve for as long as the client tried."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        problem: dict[str, Any] | None = None,
        is_outcome_unknown: bool = False,
    ) -> None:
        super().__init__(detail)
        self.status = status
        """The status of the response; 0 where none came."""
        self.code = code
        """What to match on: `insufficient_funds`, `outcome_unknown`, ... It is `no_response` where none came."""
        self.detail = detail
        self.problem = problem or {}
        """The whole problem document."""
        self.is_outcome_unknown = is_outcome_unknown
        """Whether it is not known if the command was done, because one of the attempts had no response.

        Submit the same command again: it counts once.
        """

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}"
