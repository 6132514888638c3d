"""What no schema can say, and so no generator can know.

A cursor is a value that a list gave out. A key and an id are never sent together. Whole numbers are written without a point.
"""

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


def _whole(value):
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _whole(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_whole(one) for one in value]
    return value


@schemathesis.hook
def map_body(context, body):
    return _whole(body)
