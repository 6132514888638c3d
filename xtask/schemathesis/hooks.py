"""What no schema can say, and so no generator can know.

A cursor is a value that a list gave out. A key and an id are never sent together. Whole numbers are written without a point.
Names have no characters that cannot be seen.
"""

import unicodedata

import schemathesis

METHODS = {"get", "post", "put", "patch", "delete"}


def _has_id(operation, schemas):
    content = operation.get("requestBody", {}).get("content", {})
    text = str(content.get("application/json", {}).get("schema", {}))
    return any(f"#/components/schemas/{name}'" in text for name in schemas)


@schemathesis.hook
def before_load_schema(context, raw_schema):
    schemas = raw_schema["components"]["schemas"]
    with_id = [name for name, schema in schemas.items() if "id" in schema.get("properties", {})]
    for item in raw_schema["paths"].values():
        for method, operation in item.items():
            if method not in METHODS:
                continue
            unwanted = {"cursor"} | ({"Idempotency-Key"} if _has_id(operation, with_id) else set())
            parameters = operation.get("parameters", [])
            operation["parameters"] = [one for one in parameters if one["name"] not in unwanted]


# Characters that nobody sees, beside those of the category Cf.
UNSEEN = set("\u034f\u115f\u1160\u17b4\u17b5\u2028\u2029\u3164\uffa0") | {chr(code) for code in range(0xFFF0, 0xFFF9)}


def _seen(text):
    return "".join("x" if one in UNSEEN or unicodedata.category(one) in ("Cf", "Cn", "Cs") else one for one in text)


def _sendable(value):
    if isinstance(value, str):
        return _seen(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _sendable(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_sendable(one) for one in value]
    return value


@schemathesis.hook
def map_body(context, body):
    return _sendable(body)
