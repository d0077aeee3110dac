"""What a client can read of its own data, to compare before and after."""
import itertools
import json

import openapi_calls as api
from planted import KNOWN

# Operations about the service itself, for whomever they are.
SERVICE_WIDE = {"getWorkerStatus": "the queues of the whole service"}

ERASURE = "eraseContact"


def keyed(document):
    return [(method, path, operation) for method, path, operation in api.operations(document) if api.needs_key(operation)]


def combinations(choices):
    return [dict(zip(choices, values)) for values in itertools.product(*choices.values())]


def before_ending(entry):
    """Calls that take away what others need come last, inner objects before the outer ones."""
    method, path, operation = entry
    name = operation["operationId"].lower()
    is_deletion, stops = method == "DELETE", "suppress" in name or "unsubscribe" in name
    return operation["operationId"] == ERASURE, is_deletion, -len(path) if is_deletion else 0, stops


def readings(document, owner):
    """What the owner can read, as target → (path, operation)."""
    place = {"audience": owner.audience, "client": owner.client, "email": KNOWN}
    targets = {}
    for method, path, operation in keyed(document):
        if method == "GET" and operation["operationId"] not in SERVICE_WIDE:
            for values in combinations(owner.values(path) or {}):
                targets[api.fill(path, operation, values, place)] = (path, operation)
    return targets


def snapshot(owner, targets):
    found = {}
    for target in targets:
        status, body = api.call(owner.url, owner.key, "GET", target)
        found[target] = body.decode() if status == 200 else f"{status} {body.decode()}"
    return found


def settled(owner, targets):
    """The readings once what goes on in the background has ended: the same twice."""
    before = None
    for _ in range(100):
        now = without_moment(snapshot(owner, targets))
        if now == before:
            return now
        before = now
    raise AssertionError("the owner's readings do not come to rest")


def without_moment(found):
    """Readings without what the reading itself changes."""
    return {target: json.dumps(stripped(json.loads(text)), sort_keys=True) if text[:1] == "{" else text for target, text in found.items()}


def stripped(value):
    if isinstance(value, dict):
        return {name: stripped(inner) for name, inner in value.items() if name not in ("last_used_at", "exported_at")}
    return [stripped(inner) for inner in value] if isinstance(value, list) else value
