#!/usr/bin/env python3
"""Uses one organization's key on everything that is another's: nothing may be seen or changed.

usage: tenant_wall.py URL OWNER_KEY RIVAL_KEY RIVAL_CLIENT
The owner's data are those that replay_recorded.py left. Every operation of the OpenAPI document is called with the rival's key and
the owner's ids, keys and slugs. Prints one line a breach; exit 1 if any.
"""
import itertools
import json
import re
import sys

import openapi_calls as api

SECRETS = ("learner@example.com", "sub@example.com", "tx@example.com", "i1@example.com", "Courses <courses@example.com>")
VALUES = {
    "external_key": ["c1", "c3"],
    "key": ["hello", "ml:@e:@hw", "ml", "<all>"],
    "source_object_key": ["sub:1", "sub:2"],
    "slug": ["three"],
}


# Filled from what the owner sees.
OWNED = {"contacts": []}


def ids(limit=6):
    return [str(number) for number in range(1, limit)]


def readable(document):
    """What the owner can read, to compare before and after."""
    for method, path, operation in api.operations(document):
        if method == "GET" and api.needs_key(operation) and not path.startswith("/api-docs"):
            for values in combinations(path):
                yield api.fill(path, operation, values, {"audience": "main", "client": "app", "email": SECRETS[0]})


def combinations(path):
    """Every choice of the owner's values for the parts of a path that vary."""
    names = re.findall(r"\{(\w+)\}", path)
    choices = [OWNED["contacts"] if name == "id" and path.startswith("/api/contacts/{id}") else VALUES.get(name, ids()) for name in names]
    return [dict(zip(names, values)) for values in itertools.product(*choices)]


def snapshot(url, key, targets):
    return {target: normal(api.call(url, key, "GET", target)) for target in targets}


def normal(answer):
    status, body = answer
    try:
        return status, json.dumps(without_use(json.loads(body)), sort_keys=True)
    except ValueError:
        return status, body.decode(errors="replace")


def without_use(value):
    """The rival's calls do not use the owner's key, but the owner's own readings do."""
    if isinstance(value, dict):
        return {name: without_use(inner) for name, inner in value.items() if name != "last_used_at"}
    if isinstance(value, list):
        return [without_use(inner) for inner in value]
    return value


def rival_bodies(operation, client):
    body = api.example_body(operation)
    if body is None:
        return [None]
    bodies = []
    for email, name in itertools.product((SECRETS[0], None), (client, "app")):
        variant = dict(body)
        if "client" in variant:
            variant["client"] = name
        if email and "email" in variant:
            variant["email"] = email
        if variant not in bodies:
            bodies.append(variant)
    return bodies


def before_making(operation):
    """Calls that make new objects come last: their ids are the rival's own."""
    method, path, _ = operation
    return (method == "POST") + (method == "POST" and "{" not in path)


def breaches(url, key, client, document):
    own = json.loads(api.call(url, key, "GET", "/api/keys")[1])["keys"]
    VALUES["key_id"] = [number for number in ids() if int(number) not in [entry["id"] for entry in own]]
    for method, path, operation in sorted(api.operations(document), key=before_making):
        if not api.needs_key(operation):
            continue
        names = re.findall(r"\{(\w+)\}", path)
        for values, slug, body in itertools.product(combinations(path), (client, "app"), rival_bodies(operation, client)):
            target = api.fill(path, operation, values, {"audience": "main", "client": slug, "email": SECRETS[0]})
            status, answer = api.call(url, key, method, target, body)
            text = answer.decode(errors="replace")
            sent = target + json.dumps(body)
            if status >= 500 and status != 503:
                yield f"{method} {target}: {status} {text[:200]}"
            for secret in SECRETS:
                if secret in text and secret not in sent and f"%40{secret.split('@')[1]}" not in sent:
                    yield f"{method} {target}: shows {secret}: {text[:200]}"
            # A body's own client counts before the query's.
            if "client=app" in target and (body or {}).get("client", "app") == "app" and status < 400:
                yield f"{method} {target}: answers {status} for another organization's client"
            numeric = [name for name in names if name in ("id", "key_id")]
            if numeric and 200 <= status < 300:
                yield f"{method} {target}: {status} for an id of another organization"


def main():
    url, owner, rival, client = sys.argv[1:5]
    document = api.load(url)
    contacts = json.loads(api.call(url, owner, "GET", "/api/contacts?audience=main&client=app&limit=500")[1])["contacts"]
    OWNED["contacts"] = [str(contact["contact_id"]) for contact in contacts]
    targets = list(readable(document))
    before = snapshot(url, owner, targets)
    found = list(breaches(url, rival, client, document))
    after = snapshot(url, owner, targets)
    found += [f"changed by another organization: {target}: {before[target]} -> {after[target]}" for target in targets if before[target] != after[target]]
    for line in found[:100]:
        print(line)
    print(f"{len(targets)} readings unchanged, {len(found)} breaches")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
