#!/usr/bin/env python3
"""Uses strangers' keys on everything that is a client's: nothing may be seen or changed (I7).

usage: tenant_wall.py URL OWNER RIVAL NEIGHBOUR     each `KEY:CLIENT`; the rival is of another organization, the neighbour of the same one
Every operation of the OpenAPI document is called with the stranger's key and the owner's ids, keys, slugs and references, before and
after the stranger has made objects of the same names. In the end the owner makes the same calls, which must work: what is refused to a
stranger is refused because it is a stranger's. Prints one line a breach; exit 1 if any.
"""
import itertools
import json
import sys

import openapi_calls as api
from planted import KNOWN, NAME, Planted
from readings import ERASURE, SERVICE_WIDE, before_ending, combinations, keyed, readings, settled

# Answers that hold no text of a client's own.
WITHOUT_TEXT = {
    "countSegment": "a number",
    "getCampaignStats": "numbers, and links once somebody has clicked",
}
# What the clients of one organization share (DESIGN section 1, scope); everything else is each client's own.
ORGANIZATION_OWNS = ("/api/contacts", "/api/suppressions", "/api/events")
CLIENT_OWNS = ("/api/contacts/imports",)
# What reaches over the clients of one organization on purpose.
ORGANIZATION_WIDE = {
    ERASURE: "erases the person for every client",
    "exportPersonalData": "is all that the organization knows of a person, whichever client asks",
}
# Readings of a client's own that change with the organization's contacts.
FOLLOWING = {"previewSegment": "shows contacts", "listWebhookAttempts": "an unsubscription from everything is told to every client"}


class Stranger:
    def __init__(self, url, who, owner, is_neighbour):
        self.url, self.owner, self.is_neighbour = url, owner, is_neighbour
        self.key, self.client = who.rsplit(":", 1)
        self.marks = (owner.own,) if is_neighbour else (owner.own, owner.shared)
        # What a neighbour does to a shared person is done to the owner's too.
        self.email = "near@example.com" if is_neighbour else KNOWN

    def borrowing(self):
        """The owner's attempt is no attempt of a webhook of the stranger's own."""
        made = api.call(self.url, self.key, "POST", "/api/webhooks", {"url": f"{self.owner.receiver.url}/mine"})
        target = f"/api/webhooks/{json.loads(made[1])['id']}/replay"
        status, answer = api.call(self.url, self.key, "POST", target, {"attempt_id": self.owner.attempt})
        if status != 404:
            yield f"replays another's attempt: {status} {answer[:300]}"

    def shares(self, path):
        return self.is_neighbour and path.startswith(ORGANIZATION_OWNS) and not path.startswith(CLIENT_OWNS)

    def leaves(self, path, operation):
        """Whether a reading of the owner's must stay as it is."""
        return not self.is_neighbour or not self.shares(path) and operation["operationId"] not in FOLLOWING

    def breaches(self, document, has_own):
        """One pass; `has_own`: whether the stranger has objects of the same names by now."""
        for method, path, operation in sorted(keyed(document), key=before_making):
            if self.is_neighbour and operation["operationId"] in ORGANIZATION_WIDE:
                continue
            if operation["operationId"] == ERASURE and not has_own:
                continue
            choices = self.owner.values(path)
            if choices and self.shares(path) and method != "GET":
                continue
            if choices is None:
                yield f"{method} {path}: the walk cannot fill it; plant something for it"
                continue
            for values, place, body in itertools.product(combinations(choices), self.places(document, operation), (False, True)):
                if body and not api.body_schema(document, operation):
                    continue
                yield from self.call(document, method, path, operation, values, place, body, has_own)

    def places(self, document, operation):
        """The stranger's own place, the owner's client, and an audience that only the owner has."""
        own = {"client": self.client, "audience": self.owner.audience}
        yield own
        if names(document, operation, "client"):
            yield {**own, "client": self.owner.client}
        if names(document, operation, "audience") and not self.is_neighbour:
            yield {**own, "audience": "private"}

    def call(self, document, method, path, operation, values, place, is_referring, has_own):
        body = filled_body(document, operation, place, self.owner.references(self.email) if is_referring else {})
        target = api.fill(path, operation, values, {**place, "email": KNOWN, "reason": "x"})
        status, answer = api.call(self.url, self.key, method, target, body)
        text = answer.decode(errors="replace")
        told = f"{method} {target} {json.dumps(body)[:200]}: {status} {text[:300]}"
        if status >= 500:
            yield f"server error: {told}"
        for mark in self.marks:
            if mark in text:
                yield f"shows what is another's: {told}"
        if place != {"client": self.client, "audience": self.owner.audience} and accepted(status, answer):
            yield f"accepts another's client or audience: {told}"
        if self.shares(path):
            return
        if {"id", "key_id"} & set(values) and status < 400:
            yield f"accepts another's id: {told}"
        if values and (method == "GET" or {"id", "key_id"} & set(values)) and not has_own:
            absent = {name: str(2**60) for name in values}
            target = api.fill(path, operation, absent, {**place, "email": KNOWN, "reason": "x"})
            status_of_none, none = api.call(self.url, self.key, method, target, body)
            if (status, answer) != (status_of_none, none):
                yield f"tells another's object from none: {told}; of none: {status_of_none} {none[:200]}"


def before_making(entry):
    """Calls that make objects of the stranger's own come late."""
    method, path, operation = entry
    return operation["operationId"] == ERASURE, ("DELETE", "GET", "PATCH", "PUT", "POST").index(method), "{" not in path


def names(document, operation, field):
    schema = api.body_schema(document, operation) or {}
    return field in api.query_fields(operation) or field in schema.get("properties", {}) or "messages" in schema.get("properties", {})


def filled_body(document, operation, place, references):
    """The documented example with its place, and what it can name of the owner's."""
    schema = api.body_schema(document, operation)
    if schema is None:
        return None
    body = dict(api.example_body(operation) or {})
    known = schema.get("properties", {})
    body |= {name: value for name, value in references.items() if name in known}
    body |= {name: value for name, value in place.items() if name in known}
    if "messages" in known:
        email = references.get("email", "somebody@example.com")
        body["messages"] = [{"email": email, "template_key": NAME, "context": {"name": "x", "confirm_url": "x"}, **place}]
    return body


def accepted(status, answer):
    """Whether something was done; a batch tells it item by item."""
    if status >= 400:
        return False
    try:
        results = json.loads(answer).get("results")
    except ValueError:
        return True
    told = [item.get("status") for item in results or []]
    return not told or any(not isinstance(one, int) or one < 400 for one in told)


def unmarked(owner, targets, found):
    """Readings in which no marker stands: the walk would not see them leak."""
    marked = {operation["operationId"] for target, (_, operation) in targets.items() if owner.own in found[target] or owner.shared in found[target]}
    for target, (_, operation) in targets.items():
        if operation["operationId"] not in marked and operation["operationId"] not in WITHOUT_TEXT:
            yield f"no marker in {target}; plant one: {found[target][:200]}"


def controls(document, owner):
    """The same calls by the owner, which must work; deletions last."""
    status, answer = api.call(owner.url, owner.key, "GET", f"/api/contacts?audience=private&client={owner.client}")
    if status != 200:
        yield f"the owner has no audience of its own to hide: {status} {answer}"
    for method, path, operation in sorted(keyed(document), key=before_ending):
        if operation["operationId"] in SERVICE_WIDE:
            continue
        place = {"client": owner.client, "audience": owner.audience}
        answers = []
        for values in combinations(owner.values(path)):
            body = filled_body(document, operation, place, owner.references())
            target = api.fill(path, operation, values, {**place, "email": KNOWN, "reason": "x"})
            answers.append((target, *api.call(owner.url, owner.key, method, target, body)))
        if not any(status < 300 and accepted(status, answer) or status == 409 for _, status, answer in answers):
            yield f"the walk cannot fill {method} {path}: the owner itself is refused: {answers}"


def main():
    url = sys.argv[1]
    owner_key, owner_client = sys.argv[2].rsplit(":", 1)
    document = api.load(url)
    owner = Planted(url, owner_key, owner_client)
    targets = readings(document, owner)
    before = settled(owner, targets)
    found = list(unmarked(owner, targets, before))
    for who, is_neighbour in ((sys.argv[3], False), (sys.argv[4], True)):
        stranger = Stranger(url, who, owner, is_neighbour)
        found += stranger.breaches(document, has_own=False)
        found += stranger.breaches(document, has_own=True)
        found += stranger.borrowing()
        kept = [target for target, reading in targets.items() if stranger.leaves(*reading)]
        after = settled(owner, targets)
        found += [f"changed by {stranger.client}: {target}: {before[target]} -> {after[target]}" for target in kept if before[target] != after[target]]
        before = after
    found += controls(document, owner)
    for line in found[:100]:
        print(line)
    print(f"{len(keyed(document))} operations, {len(targets)} readings, {len(found)} breaches")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
