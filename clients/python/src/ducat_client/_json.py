"""JSON with amounts as int.

The server writes an amount as a number up to 2^53 - 1 and as a string above, and reads both.
"""

import json
import re
from typing import Any

from ._shapes import RESPONSES, SCHEMAS

SAFE = 2**53 - 1


def _route(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{[^}]+\}", template)
    return re.compile("[^/]+".join(re.escape(part) for part in parts) + "$")


# Paths with fewer variable parts first: they are the more special ones.
_ROUTES = sorted(
    ((key.split(" ", 1)[0], _route(key.split(" ", 1)[1]), shape) for key, shape in RESPONSES.items()),
    key=lambda route: route[1].pattern.count("[^/]+"),
)


def encode(value: Any) -> bytes:
    """The bytes of a request: the same value always gives the same bytes."""

    def written(part: Any) -> Any:
        if isinstance(part, bool):
            return part
        if isinstance(part, float):
            raise TypeError(f"{part} is a float; amounts are int, in minor units")
        if isinstance(part, int):
            return part if -SAFE <= part <= SAFE else str(part)
        if isinstance(part, dict):
            return {name: written(of) for name, of in part.items()}
        if isinstance(part, list | tuple):
            return [written(of) for of in part]
        return part

    return json.dumps(written(value), ensure_ascii=False, separators=(",", ":")).encode()


def decode(value: Any, shape: Any) -> Any:
    """A response with its amounts as int, where its shape says that they are."""
    if shape is None or value is None:
        return value
    if shape == "$":
        return int(value) if isinstance(value, str) else value
    if isinstance(shape, str):
        return decode(value, SCHEMAS.get(shape))
    if isinstance(shape, list):
        return [decode(part, shape[0]) for part in value] if isinstance(value, list) else value
    if isinstance(value, dict):
        for field, of in shape.items():
            for own in list(value) if field == "*" else [field]:
                if own in value:
                    value[own] = decode(value[own], of)
    return value


def shape_of(method: str, path: str) -> Any:
    """The shape of a response, by how it was asked for."""
    return next((shape for of, route, shape in _ROUTES if of == method and route.match(path)), None)
