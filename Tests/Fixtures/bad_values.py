"""Wrong values for fields and bodies, made from their schemas."""
import json

import openapi_calls as api

NESTED = "[" * 200 + "]" * 200
# What is wrong in whatever text it stands.
BROKEN_TEXTS = {
    "NUL": rb'"a\u0000b"', "lone surrogate": rb'"\ud800"', "reversed surrogates": rb'"\udc00\ud800"', "not UTF-8": b'"a\xffb"',
    "raw control character": b'"a\nb"', "200 levels deep": NESTED.encode(), "exponent of nobody": b"1e99999", "400 digits": b"9" * 400,
    "no JSON": b"nope",
}
SAMPLES = {"boolean": True, "integer": 7, "number": 1.5, "string": "x", "array": ["x"], "object": {"a": 1}}


def wrong(document, schema, is_required):
    """(label, JSON bytes) of what must be refused."""
    yield from BROKEN_TEXTS.items()
    schema = api.resolved(document, schema)
    kind = schema.get("type")
    for other, value in SAMPLES.items():
        fits = other == kind or (kind == "number" and other == "integer")
        if kind and not fits:
            yield f"{other} for {kind}", json.dumps(value).encode()
    if is_required:
        yield "null for what is required", b"null"
    for label, value in limits(schema):
        yield label, json.dumps(value).encode()


def limits(schema):
    """What has the right type and is still wrong."""
    if schema.get("type") == "string":
        if "maxLength" in schema:
            yield "one character too long", "x" * (schema["maxLength"] + 1)
            yield "100 kB", "x" * 100_000
        if "enum" in schema:
            yield "none of the choices", "zzz"
        if schema.get("format") == "email":
            yield from (("no address", "nope"), ("two addresses", "a@example.com, b@example.com"), ("100 kB", "x" * 100_000 + "@example.com"))
        if schema.get("format") == "date-time":
            yield from (("no time", "soon"), ("no such day", "2026-02-30T00:00:00Z"), ("100 kB", "2" * 100_000))
    if schema.get("type") == "integer":
        yield from (("above 64 bits", 2**63), ("below 64 bits", -(2**63) - 1))
        if "minimum" in schema:
            yield "below the minimum", schema["minimum"] - 1
        if schema.get("maximum", 2**63 - 1) < 2**63 - 1:
            yield "above the maximum", schema["maximum"] + 1
    if schema.get("type") == "array" and "maxItems" in schema:
        yield "one too many", [None] * (schema["maxItems"] + 1)


def odd(document, schema):
    """(label, JSON bytes) of what is unusual: refused or taken, each as documented."""
    kind = api.resolved(document, schema).get("type")
    if kind in ("string", None):
        yield from ((f"{len(text):,} characters", json.dumps(text).encode()) for text in ("", "   ", "\u202e\U0001f600\x7f", "x" * 100_000))
    if kind in ("object", None):
        yield "20 levels deep", (b'{"a":' * 20 + b"1" + b"}" * 20)
        yield "100 kB", json.dumps({"a": "x" * 100_000}).encode()
        yield "1,000 members", json.dumps({f"m{number}": number for number in range(1_000)}).encode()
    if kind in ("integer", "number", None):
        yield from ((str(value), json.dumps(value).encode()) for value in (-1, 0, 2**63 - 1, -0.0, 1e300))
    if kind in ("array", None):
        yield from (("empty list", b"[]"), ("list of null", b"[null]"), ("5,000 items", json.dumps(["x"] * 5_000).encode()))


def wrong_queries(document, field):
    """(label, percent-encoded text) of what must be refused in a query."""
    yield from (("broken escape", "%zz"), ("cut escape", "%4"), ("NUL", "a%00b"), ("not UTF-8", "%ff"), ("lone surrogate", "%ed%a0%80"))
    schema = api.resolved(document, field["schema"])
    kind = schema.get("type")
    if kind in ("integer", "number", "boolean"):
        yield from (("text", "x"), ("list", "1,2"), ("a fraction", "1.5"), ("above 64 bits", str(2**63)))
    yield from ((label, str(value)[:8_000]) for label, value in limits(schema) if isinstance(value, (str, int)))
    if field.get("required"):
        yield "empty", ""


WRONG_PATHS = {"broken escape": "%zz", "cut escape": "%4", "NUL": "a%00b", "not UTF-8": "%ff", "lone surrogate": "%ed%a0%80"}
WRONG_IDS = {"zero": "0", "negative": "-1", "text": "x", "a fraction": "1.5", "above 64 bits": str(2**63), "exponent": "1e3", "spaces": "%201"}
ODD_PATHS = {"slash": "a%2Fb", "dots": "..", "space": "%20", "8 kB": "x" * 8_000, "emoji": "%F0%9F%98%80", "quote": "'\"%5C"}


def fields(document, schema, example, trail=()):
    """Every field that the schema tells, as (trail, schema, whether it is required); of lists the first item."""
    schema = api.resolved(document, schema)
    for name, inner in schema.get("properties", {}).items():
        here = trail + (name,)
        yield here, inner, name in schema.get("required", [])
        value = example.get(name) if isinstance(example, dict) else None
        kind = api.resolved(document, inner)
        if kind.get("type") == "object" and kind.get("properties"):
            yield from fields(document, kind, value or {}, here)
        elif kind.get("type") == "array" and kind.get("items"):
            item = api.resolved(document, kind["items"])
            first = value[0] if value else {}
            if item.get("type"):
                yield here + (0,), kind["items"], False
            yield from fields(document, item, first, here + (0,))


def put(body, trail, value):
    """The body with a value at a place, whose way is made where it is not there."""
    if not trail:
        return value
    name = trail[0]
    if isinstance(name, int):
        items = list(body) if isinstance(body, list) and body else [{}]
        return [put(items[0], trail[1:], value)] + items[1:]
    body = dict(body) if isinstance(body, dict) else {}
    body[name] = put(body.get(name), trail[1:], value)
    return body


def whole_bodies(body, is_odd):
    text = json.dumps(body).encode()
    if is_odd:
        for kind in ("text/plain", "application/xml", "multipart/form-data", "application/json; charset=latin-1", ";"):
            yield f"sent as {kind}", text, {"Content-Type": kind}
        yield "a member twice", text[:-1] + b"," + text[1:] if len(body) else text, None
        yield "nothing", b"", None
        return
    yield from (
        ("cut off", text[:-1], None), ("a list", b"[1]", None), ("null", b"null", None), ("a text", b'"x"', None),
        ("two bodies", text + text, None), ("UTF-16", json.dumps(body).encode("utf-16"), None), ("NUL bytes", b"\0" * 100, None),
        ("no JSON", b"{bad", None), ("a deep body", (b'{"a":' * 100 + b"1" + b"}" * 100), None),
        ("a name with NUL", text[:-1] + (b"," if body else b"") + rb'"a\u0000":1}', None),
    )
