"""Checks OpenRPC documents (spec.open-rpc.org 1.3.2) with jsonschema.

    .build/test-tools/bin/python check_openrpc.py FILE…

The structure is the standard's; each schema is a JSON Schema, each reference leads somewhere, every parameter and result says what it is,
and the example of every method, which is written by the service's own encoder, is what its schemas say. Prints
`{"methods": N, "examples": N, "faults": [TEXT…]}` as JSON and ends with 0 whatever it found.
"""

import json
import sys

from jsonschema import Draft202012Validator

DESCRIPTOR = {
    "type": "object",
    "required": ["name", "schema"],
    "properties": {"name": {"type": "string", "minLength": 1}, "schema": {"type": "object"}, "required": {"type": "boolean"}},
    "additionalProperties": False,
}
VALUE = {"type": "object", "required": ["name", "value"]}
METHOD = {
    "type": "object",
    "required": ["name", "params", "result"],
    "properties": {
        "name": {"type": "string", "pattern": r"^[a-z]+\.[A-Za-z]+$"},
        "paramStructure": {"enum": ["by-name"]},
        "params": {"type": "array", "items": DESCRIPTOR},
        "result": DESCRIPTOR,
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["code", "message"],
                "properties": {"code": {"type": "integer"}, "message": {"type": "string"}, "data": {}},
                "additionalProperties": False,
            },
        },
        "examples": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name", "params", "result"],
                "properties": {"params": {"type": "array", "items": VALUE}, "result": VALUE},
            },
        },
    },
    "patternProperties": {"^x-": {}},
    "additionalProperties": False,
}
DOCUMENT = {
    "type": "object",
    "required": ["openrpc", "info", "methods"],
    "properties": {
        "openrpc": {"const": "1.3.2"},
        "info": {"type": "object", "required": ["title", "version"]},
        "methods": {"type": "array", "minItems": 1, "items": METHOD},
        "components": {"type": "object", "properties": {"schemas": {"type": "object", "propertyNames": {"pattern": r"^[A-Za-z0-9._-]+$"}}}},
    },
    "additionalProperties": False,
}


def saying_nothing(schema, path):
    """Places in a schema that do not say what stands there."""
    if not {"$ref", "type", "anyOf", "description"} & set(schema):
        yield path
    if "x-incomplete" in schema:
        yield path + " (incomplete)"
    for name, inner in schema.get("properties", {}).items():
        yield from saying_nothing(inner, f"{path}.{name}")
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from saying_nothing(schema[key], f"{path}.{key}")
    for inner in schema.get("anyOf", []):
        yield from saying_nothing(inner, path)


def check(document):
    faults = [f"{list(error.path)}: {error.message}" for error in Draft202012Validator(DOCUMENT).iter_errors(document)]
    components = document.get("components", {}).get("schemas", {})
    examples = 0

    def validator(schema):
        return Draft202012Validator(schema | {"components": {"schemas": components}})

    for name, schema in components.items():
        Draft202012Validator.check_schema(schema)
        faults += [f"component {place}" for place in saying_nothing(schema, name)]
    for method in document["methods"]:
        if "x-incomplete" in method:
            faults.append(f"{method['name']}: incomplete")
        for descriptor in method["params"] + [method["result"]]:
            Draft202012Validator.check_schema(descriptor["schema"])
            faults += [f"{method['name']}: {place}" for place in saying_nothing(descriptor["schema"], descriptor["name"])]
        required = {descriptor["name"] for descriptor in method["params"] if descriptor["required"]}
        schemas = {descriptor["name"]: descriptor["schema"] for descriptor in method["params"]}
        if not method.get("examples"):
            faults.append(f"{method['name']}: no example")
        for example in method.get("examples", []):
            examples += 1
            given = {part["name"]: part["value"] for part in example["params"]}
            if required - set(given) or set(given) - set(schemas):
                faults.append(f"{method['name']}: the example's parameters are {sorted(given)}")
            checks = [(schemas.get(name, {}), value, name) for name, value in given.items()]
            for schema, value, name in checks + [(method["result"]["schema"], example["result"]["value"], "result")]:
                faults += [f"{method['name']}.{name}: {error.message}" for error in validator(schema).iter_errors(value)]
    return len(document["methods"]), examples, faults


totals = {"methods": 0, "examples": 0, "faults": []}
for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        methods, examples, faults = check(json.load(file))
    totals["methods"] += methods
    totals["examples"] += examples
    totals["faults"] += [f"{path.rsplit('/', 1)[-1]}: {fault}" for fault in faults]
print(json.dumps(totals))
