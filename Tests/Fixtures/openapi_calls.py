"""Calls made from the OpenAPI document, for the tests that walk every operation."""
import json
import re
import urllib.error
import urllib.parse
import urllib.request


def load(url):
    with urllib.request.urlopen(url + "/api-docs/openapi.json", timeout=30) as answer:
        return json.load(answer)


def operations(document):
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def needs_key(operation):
    return any("apiKey" in rule for rule in operation.get("security", []))


def path_names(path):
    return re.findall(r"\{(\w+)\}", path)


def query_fields(operation):
    return {field["name"]: field for field in operation.get("parameters", []) if field["in"] == "query"}


def resolved(document, schema):
    """A schema without references, and what it accepts beside null."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    if "anyOf" in schema:
        kept = next(choice for choice in schema["anyOf"] if choice.get("type") != "null")
        return resolved(document, kept)
    return schema


def body_schema(document, operation):
    content = operation.get("requestBody", {}).get("content", {})
    return resolved(document, content["application/json"]["schema"]) if "application/json" in content else None


def example_body(operation):
    content = operation.get("requestBody", {}).get("content", {})
    return content.get("application/json", {}).get("example")


def fill(path, operation, values, query=None):
    """The path with values for its parameters, and the query parameters that are required or given."""
    parts = []
    for parameter in operation.get("parameters", []):
        name = parameter["name"]
        if parameter["in"] == "path":
            value = values.get(name, parameter.get("example", name))
            path = path.replace("{" + name + "}", urllib.parse.quote(str(value), safe=""))
        elif name in (query or {}):
            parts.append((name, query[name]))
        elif parameter.get("required"):
            parts.append((name, parameter.get("example", "x")))
    return path + ("?" + urllib.parse.urlencode(parts) if parts else "")


def call(url, key, method, target, body=None, headers=None):
    headers = {"Accept": "application/json", **(headers or {})}
    data = None
    if body is not None:
        data = json.dumps(body).encode() if not isinstance(body, bytes) else body
        headers.setdefault("Content-Type", "application/json")
    if key:
        headers["Authorization"] = f"Bearer {key}"
    request = urllib.request.Request(url + target, data=data, method=method, headers=headers)
    opener = urllib.request.build_opener(NoRedirect)
    try:
        with opener.open(request, timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None
