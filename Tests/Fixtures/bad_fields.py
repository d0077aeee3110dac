#!/usr/bin/env python3
"""Puts wrong values into every field of every operation of the OpenAPI document, one at a time.

usage: bad_fields.py URL KEY:CLIENT FOREIGN_CLIENT
What cannot be right must be refused with a documented 4xx that names the field; what is only unusual must be answered as documented.
Never a server error, always JSON under /api/, and what was refused has changed nothing. Prints one line a fault; exit 1 if any.
"""
import http.client
import itertools
import json
import sys
import urllib.parse

import bad_values
import openapi_calls as api
from planted import KNOWN, Planted
from readings import before_ending, combinations, keyed, readings, settled

PLACEHOLDER = "\u2603placeholder\u2603"
# Where a recorded answer of the original names the fault by another name than the field's.
TOLD_AS = {("setContactValidation", "status"): "email_validation", ("upsertContact", "reason"): "resubscribe_reason"}


class Walk:
    def __init__(self, url, who, foreign):
        key, client = who.rsplit(":", 1)
        self.address = urllib.parse.urlsplit(url)
        self.document = api.load(url)
        self.owner = Planted(url, key, client)
        self.foreign = foreign
        self.calls = 0
        self.connection = None

    def send(self, method, target, body=None, headers=None):
        """On one connection as long as it lasts."""
        self.calls += 1
        told = {"Accept": "application/json", "Authorization": f"Bearer {self.owner.key}", **(headers or {})}
        if body is not None:
            told.setdefault("Content-Type", "application/json")
        for is_last in (False, True):
            try:
                self.connection = self.connection or http.client.HTTPConnection(self.address.hostname, self.address.port, timeout=60)
                self.connection.request(method, target, body=body, headers=told)
                answer = self.connection.getresponse()
                return answer, answer.read()
            except (http.client.HTTPException, ConnectionError):
                self.connection = None
                if is_last:
                    raise

    def base(self, path, operation, **changed):
        """A request that works: its target, and its body."""
        values = combinations(self.owner.values(path) or {})[0]
        place = {"audience": self.owner.audience, "client": self.owner.client, "email": KNOWN, "reason": "x", "idempotency_key": "walk", **changed}
        target = api.fill(path, operation, values, place)
        schema = api.body_schema(self.document, operation)
        if schema is None:
            return target, None
        references = {**self.owner.references(), **place}
        known = schema.get("properties", {})
        return target, (api.example_body(operation) or {}) | {name: value for name, value in references.items() if name in known}

    def judged(self, operation, request, label, must_refuse, field=None):
        """Sends it; one line for each way in which the answer is wrong."""
        method, target, body = request[:3]
        try:
            answer, text = self.send(*request)
        except (OSError, http.client.HTTPException) as error:
            return [f"{method} {target[:150]}: {label}: no answer: {error!r}"]
        told = f"{method} {target[:150]} {(body or b'')[:200]}: {label}: {answer.status} {text[:300].decode(errors='replace')}"
        if answer.status >= 500:
            return [f"server error: {told}"]
        faults = []
        if str(answer.status) not in operation["responses"]:
            faults.append(f"undocumented: {told}")
        if must_refuse and answer.status < 400:
            faults.append(f"accepted: {told}")
        elif answer.status >= 400:
            faults += self.unclear(operation, answer, text, field if must_refuse else None, told)
        return faults

    def unclear(self, operation, answer, text, field, told):
        try:
            error = json.loads(text)["error"]
        except (ValueError, KeyError, TypeError):
            yield f"no JSON error: {told}"
            return
        if "application/json" not in answer.getheader("Content-Type", ""):
            yield f"not said to be JSON: {told}"
        named = {name.split(".")[0] for name in error.get("fields", {})}
        expected = {field, TOLD_AS.get((operation["operationId"], field)), "body"}
        if field and error.get("code") == "validation_error" and not named & expected:
            yield f"does not name {field}: {told}"

    # The fields of one operation

    def faults(self, method, path, operation, is_odd):
        yield from self.paths(method, path, operation, is_odd)
        yield from self.queries(method, path, operation, is_odd)
        target, body = self.base(path, operation)
        if body is None:
            return
        schema = api.body_schema(self.document, operation)
        for trail, inner, is_required in bad_values.fields(self.document, schema, body):
            values = bad_values.odd(self.document, inner) if is_odd else bad_values.wrong(self.document, inner, is_required)
            for label, value in values:
                sent = json.dumps(bad_values.put(body, trail, PLACEHOLDER)).encode().replace(json.dumps(PLACEHOLDER).encode(), value)
                yield from self.judged(operation, (method, target, sent), f"{'.'.join(map(str, trail))}: {label}", not is_odd, trail[0])
        for label, sent, headers in bad_values.whole_bodies(body, is_odd):
            yield from self.judged(operation, (method, target, sent, headers), label, not is_odd)
        if not is_odd:
            yield from self.too_large(method, target)
        if not is_odd and "client" in schema.get("properties", {}):
            yield from self.places(method, path, operation)

    def too_large(self, method, target):
        """A body that says that it is far over every limit is refused before it is sent."""
        connection = http.client.HTTPConnection(self.address.hostname, self.address.port, timeout=60)
        connection.putrequest(method, target)
        for name, value in (("Authorization", f"Bearer {self.owner.key}"), ("Content-Type", "application/json"), ("Content-Length", str(1 << 40))):
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 413 or json.loads(text)["error"]["code"] != "body_too_large":
            yield f"{method} {target}: a body of 1 TB: {answer.status} {text[:200]}"
        connection.close()

    def public(self, method, path, operation):
        """What everybody may call: broken tokens and forms get an answer that is documented, and no server error."""
        kinds = list(operation.get("requestBody", {}).get("content", {})) or [None]
        tokens = {**bad_values.WRONG_PATHS, **bad_values.ODD_PATHS, "cut": "AAAA"} if "{" in path else {"as it is": ""}
        forms = [b"", b"scope=%zz", b"scope=%00", b"\xff\xfe", b"scope=" + b"x" * 100_000, b"{", b"--x", b'{"Type":"Notification","Message":7}']
        for label, token in tokens.items():
            for kind, form in itertools.product(kinds, forms if kinds != [None] else [None]):
                target = api.fill(path.replace("{token}", token), operation, {}) + ("?u=%zz" if "u" in api.query_fields(operation) else "")
                answer, text = self.send(method, target, form, {"Content-Type": kind} if kind else None)
                if answer.status >= 500 or str(answer.status) not in {*operation["responses"], "404", "413"}:
                    yield f"{method} {target} {form}: {label}: {answer.status} {text[:200]}"

    def places(self, method, path, operation):
        for name, value, wanted in (("client", self.foreign, 403), ("client", "nobody", 403), ("audience", "nowhere", 400)):
            target, body = self.base(path, operation, **{name: value})
            answer, text = self.send(method, target, None if body is None else json.dumps(body).encode())
            if answer.status != wanted or name not in json.loads(text)["error"]["fields"]:
                yield f"{method} {target}: {name} {value}: {answer.status} {text[:300]}"

    def queries(self, method, path, operation, is_odd):
        if is_odd:
            return
        target, body = self.base(path, operation)
        sent = None if body is None else json.dumps(body).encode()
        for name, field in api.query_fields(operation).items():
            kept = [part for part in target.partition("?")[2].split("&") if part and not part.startswith(name + "=")]
            for label, text in bad_values.wrong_queries(self.document, field):
                query = "&".join(kept + [f"{name}={text}"])
                yield from self.judged(operation, (method, f"{target.partition('?')[0]}?{query}", sent), f"{name}: {label}", True, name)
        if body is None and "client" in api.query_fields(operation):
            yield from self.places(method, path, operation)

    def paths(self, method, path, operation, is_odd):
        values = combinations(self.owner.values(path) or {})[0]
        for name in values:
            wrong = {**bad_values.WRONG_PATHS, **(bad_values.WRONG_IDS if name in ("id", "key_id") else {})}
            for label, text in (bad_values.ODD_PATHS if is_odd else wrong).items():
                others = {other: value for other, value in values.items() if other != name}
                target, body = self.base(path.replace("{" + name + "}", "\u2603"), operation)
                target = api.fill(path.replace("{" + name + "}", "\u2603"), operation, others).partition("?")[0] + ("?" + target.partition("?")[2])
                sent = None if body is None else json.dumps(body).encode()
                yield from self.judged(operation, (method, target.replace("\u2603", text), sent), f"{name}: {label}", not is_odd)


def main():
    walk = Walk(*sys.argv[1:4])
    targets = readings(walk.document, walk.owner)
    before = settled(walk.owner, targets)
    found = []
    for method, path, operation in keyed(walk.document):
        if walk.owner.values(path) is None:
            found.append(f"{method} {path}: the walk cannot fill it; plant something for it")
            continue
        found += walk.faults(method, path, operation, is_odd=False)
    for method, path, operation in api.operations(walk.document):
        if not api.needs_key(operation):
            found += walk.public(method, path, operation)
    after = settled(walk.owner, targets)
    found += [f"changed by what was refused: {target}: {before[target]} -> {after[target]}" for target in targets if before[target] != after[target]]
    for method, path, operation in sorted(keyed(walk.document), key=before_ending):
        found += walk.faults(method, path, operation, is_odd=True)
    for line in found[:2000]:
        print(line)
    print(f"{walk.calls} calls, {len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
