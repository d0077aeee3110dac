#!/usr/bin/env python3
"""Walks the recorded requests of the original API in their order and compares status, keys, types and values.

usage: replay_recorded.py URL KEY TABLE
A pair with `deviation` names the section of the contract that wants it otherwise. Prints one line a difference; exit 1 if any.
"""
import json
import re
import sys
import time
import urllib.error
import urllib.request

# What no two runs share: ids, moments, generated keys, texts for people.
VOLATILE = re.compile(r"(_at|^id|_id|^message|_ids|^next_cursor|^member_key|^idempotency_key|^emails)$")


class Walker:
    def __init__(self, url, key):
        self.url = url
        self.key = key
        self.known = {}

    def call(self, pair):
        path = re.sub(r"\{(\w+)\}", lambda match: str(self.known.get(match[1], 0)), pair["path"])
        data = None
        headers = {"Accept": "application/json"}
        if "body" in pair:
            data = json.dumps(pair["body"]).encode()
            headers["Content-Type"] = "application/json"
        elif "raw_hex" in pair:
            data = bytes.fromhex(pair["raw_hex"])
        elif "raw" in pair:
            data = pair["raw"].encode()
        elif pair["method"] in ("POST", "PUT", "PATCH"):
            data = b""
        authorization = pair.get("authorization", f"Bearer {self.key}")
        if authorization:
            headers["Authorization"] = authorization
        request = urllib.request.Request(self.url + path, data=data, method=pair["method"], headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def remember(self, answer):
        if not isinstance(answer, dict):
            return
        if answer.get("email") == "learner@example.com" and answer.get("contact_id"):
            self.known.setdefault("contact", answer["contact_id"])
        if isinstance(answer.get("message"), dict) and answer["message"].get("id"):
            self.known.setdefault("message", answer["message"]["id"])
        if isinstance(answer.get("import_job"), dict):
            self.known.setdefault("import_job", answer["import_job"]["id"])

    def call_until(self, pair):
        """Repeats a reading until what happens in the background has happened, at most 30 s."""
        deadline = time.monotonic() + 30
        while True:
            status, body = self.call(pair)
            if "until" not in pair or time.monotonic() > deadline:
                return status, body
            if all(value_at(json.loads(body), path) == value for path, value in pair["until"].items()):
                return status, body
            time.sleep(0.05)

    def walk(self, pair):
        status, body = self.call_until(pair)
        if status == pair.get("or", {}).get("status"):
            # What happens in the background was faster: the other answer that the contract knows.
            pair = {**pair, **pair["or"]}
        if status != pair["status"]:
            return [f"status {status} instead of {pair['status']}: {body[:300].decode(errors='replace')}"]
        if "csv_header" in pair:
            header = body.decode().splitlines()[0]
            return [] if header.startswith(pair["csv_header"]) else [f"header {header}"]
        if "answer" not in pair and "types" not in pair:
            return []
        try:
            answer = json.loads(body)
        except ValueError:
            return [f"no JSON: {body[:100]!r}"]
        self.remember(answer)
        volatile = set(pair.get("volatile", []))
        if "types" in pair:
            return list(differences(pair["types"], answer, "", volatile, typed=True))
        return list(differences(pair["answer"], answer, "", volatile))


def value_at(answer, path):
    for name in path.split("."):
        answer = answer.get(name) if isinstance(answer, dict) else None
    return answer


def kind(value):
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "bool"
    return {int: "int", float: "float", str: "str", list: "list", dict: "dict"}[type(value)]


def differences(recorded, ours, path, volatile, typed=False):
    """Each way in which our value is not as recorded; more keys than recorded are no difference, except among the faults of an error."""
    if isinstance(recorded, dict):
        if not isinstance(ours, dict):
            yield f"{path or '.'}: {kind(ours)} instead of an object"
            return
        for name, value in recorded.items():
            if f"{path}.{name}".lstrip(".") in volatile:
                continue
            if name not in ours:
                yield f"{path}.{name}: absent"
            else:
                yield from differences(value, ours[name], f"{path}.{name}", volatile, typed)
        if path == ".error.fields" and set(ours) - set(recorded):
            yield f"{path}: more faults than recorded: {sorted(set(ours) - set(recorded))}"
        return
    if isinstance(recorded, list):
        if not isinstance(ours, list):
            yield f"{path}: {kind(ours)} instead of a list"
            return
        if not typed and len(recorded) != len(ours):
            yield f"{path}: {len(ours)} entries instead of {len(recorded)}"
        for index, value in enumerate(ours[: len(recorded)] if not typed else ours):
            model = recorded[0] if typed and recorded else recorded[index] if index < len(recorded) else None
            if model is not None:
                yield from differences(model, value, f"{path}.{index}", volatile, typed)
        return
    yield from scalar(recorded, ours, path, typed)


def scalar(recorded, ours, path, typed):
    if typed:
        # `null` was recorded where a value can come; a moment can be null.
        known = recorded if recorded in ("int", "str", "bool", "null") else kind(recorded)
        if known != "null" and kind(ours) not in (known, "null"):
            yield f"{path}: {kind(ours)} instead of {known}"
        return
    if VOLATILE.search(path.rsplit(".", 1)[-1]):
        if recorded is not None and kind(recorded) != kind(ours):
            yield f"{path}: {kind(ours)} instead of {kind(recorded)}"
    elif recorded != ours:
        yield f"{path}: {json.dumps(ours)} instead of {json.dumps(recorded)}"


def main():
    url, key, table = sys.argv[1:4]
    walker = Walker(url, key)
    with open(table, encoding="utf-8") as file:
        pairs = json.load(file)
    failed = 0
    for pair in pairs:
        found = walker.walk(pair)
        failed += bool(found)
        for line in found:
            print(f"{pair['name']}: {line}")
    print(f"{len(pairs) - failed} of {len(pairs)} pairs as recorded or as the contract says")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
