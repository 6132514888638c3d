"""Makes src/ducat_client/generated and src/ducat_client/_shapes.py of the OpenAPI document.

    python scripts/generate.py ../../docs/openapi.json

Amounts are written as a number up to 2^53 - 1 and as a string above. In Python both are int: the types say so, and the
shapes say where a response has them.
"""

import json
import pprint
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

AMOUNTS = {"Amount", "Balance", "Difference"}
PREFIX = "#/components/schemas/"
ROOT = Path(__file__).parent.parent / "src" / "ducat_client"


def shape(schema: dict[str, Any]) -> Any:
    """Where amounts are: "$" is one, a name is a schema, a list an array, a dict an object."""
    name = schema.get("$ref", "").removeprefix(PREFIX)
    if name:
        return "$" if name in AMOUNTS else name
    ways = [way for key in ("oneOf", "anyOf") for way in schema.get(key, []) if way.get("type") != "null"]
    if len(ways) == 1:
        return shape(ways[0])
    if "items" in schema:
        return [shape(schema["items"])]
    # Fields of any name: "*" stands for each.
    others = schema.get("additionalProperties")
    if isinstance(others, dict) and "$ref" in others:
        return {"*": shape(others)}
    return {field: shape(of) for field, of in schema["properties"].items()} if "properties" in schema else None


def main(path: Path) -> None:
    document = json.loads(path.read_text())
    schemas = document["components"]["schemas"]
    every = {name: shape(schema) for name, schema in schemas.items()}

    def leads(of: Any, seen: frozenset[str] = frozenset()) -> bool:
        match of:
            case "$":
                return True
            case str():
                return of not in seen and leads(every.get(of), seen | {of})
            case list():
                return leads(of[0], seen)
            case dict():
                return any(leads(part, seen) for part in of.values())
        return False

    def pruned(of: Any) -> Any:
        if not leads(of):
            return None
        match of:
            case list():
                return [pruned(of[0])]
            case dict():
                return {field: pruned(part) for field, part in of.items() if leads(part)}
        return of

    responses = {}
    for route, item in document["paths"].items():
        for method, operation in item.items():
            for status, response in operation.get("responses", {}).items() if isinstance(operation, dict) else []:
                schema = response.get("content", {}).get("application/json", {}).get("schema")
                of = pruned(shape(schema)) if schema else None
                if of and status.startswith("2"):
                    responses[f"{method.upper()} {route}"] = of
    kept = {name: pruned(of) for name, of in every.items() if leads(of)}
    text = '"""Generated from docs/openapi.json by scripts/generate.py. Do not edit."""\n\nfrom typing import Any\n\n'
    for name, value in (("SCHEMAS", kept), ("RESPONSES", responses)):
        text += f"{name}: dict[str, Any] = {pprint.pformat(value, width=116)}\n"
    (ROOT / "_shapes.py").write_text(text)

    for name in AMOUNTS:
        schemas[name] = {"type": "integer", "description": "Whole minor units"}
    with tempfile.TemporaryDirectory() as folder:
        api, config = Path(folder) / "openapi.json", Path(folder) / "config.json"
        api.write_text(json.dumps(document))
        overrides = {
            "text/csv": "application/octet-stream",
            "application/openmetrics-text; version=1.0.0; charset=utf-8": "text/plain",
        }
        config.write_text(json.dumps({"content_type_overrides": overrides, "post_hooks": []}))
        command = ["openapi-python-client", "generate", "--meta", "none", "--overwrite"]
        command += ["--path", str(api), "--config", str(config), "--output-path", str(ROOT / "generated")]
        subprocess.run([str(Path(sys.executable).parent / command[0]), *command[1:]], check=True)
    for hook in (["check", "--select", "I,F401", "--fix", "--quiet"], ["format", "--quiet"]):
        ruff = str(Path(sys.executable).parent / "ruff")
        subprocess.run([ruff, *hook, "--isolated", "--line-length", "120", str(ROOT / "generated")], check=True)
    subprocess.run([ruff, "format", "--quiet", "--line-length", "120", str(ROOT / "_shapes.py")], check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
