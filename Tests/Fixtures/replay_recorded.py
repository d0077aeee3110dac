#!/usr/bin/env python3
"""Walks the recorded requests of the original API in their order and compares everything that was recorded of the answers.

usage: replay_recorded.py URL KEY TABLE CAPTURE
A pair with `deviation` names the section of the contract that wants it otherwise. The tokens of links come from the mail in CAPTURE.
Prints one line a difference; exit 1 if any.
"""
import html
import json
import re
import sys
import time
import urllib.error
import urllib.request

import captured
from recorded_answer import Recorded

# What the walk asks for in later paths, by the answer that tells it first.
TOLD = {"contact": ("contact_id",), "message": ("message", "id"), "import_job": ("import_job", "id")}


class Walker:
    def __init__(self, url, key, capture):
        self.url, self.key, self.capture = url, key, capture
        self.known = {}
        self.recorded = Recorded()

    def call(self, pair):
        path = re.sub(r"\{(\w+)\}", lambda match: str(self.value(match[1])), pair["path"])
        headers = {"Accept": "application/json"}
        authorization = pair.get("authorization", f"Bearer {self.key}")
        if authorization:
            headers["Authorization"] = authorization
        data = self.data(pair, headers)
        request = urllib.request.Request(self.url + path, data=data, method=pair["method"], headers=headers)
        try:
            with urllib.request.build_opener(NoRedirect).open(request, timeout=60) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def data(self, pair, headers):
        if "body" in pair:
            headers["Content-Type"] = "application/json"
            return json.dumps(pair["body"]).encode()
        if "contacts" in pair:
            # The recorded body of more than 2.5 MB, which is too long to be kept.
            headers["Content-Type"] = "application/json"
            contacts = [{"email": f"x{number:06}@example.com"} for number in range(pair["contacts"])]
            return json.dumps({"audience": "main", "client": "app", "contacts": contacts}, separators=(",", ":")).encode()
        if "raw_hex" in pair:
            return bytes.fromhex(pair["raw_hex"])
        if "raw" in pair:
            if "sent_as" in pair:
                headers["Content-Type"] = pair["sent_as"]
            return pair["raw"].encode()
        return b"" if pair["method"] in ("POST", "PUT", "PATCH") else None

    def value(self, name):
        """An id that an answer told, or a token of the campaign's mail to the recorded contact."""
        if name == "after_subscription":
            # The recorded walk used a number; which one ours has depends on whose news came first.
            path = "/api/contacts/{contact}/history?audience=main&client=app&limit=100"
            events = json.loads(self.call({"method": "GET", "path": path})[2])["events"]
            return 1 + next(event["id"] for event in events if event["event_type"] == "subscribe")
        if name not in self.known:
            mail = captured.waited(self.capture, To="learner@example.com", Subject="News")[0]
            links = re.findall(r'(?:href|src)="([^"]+)"', captured.html(mail))
            for kind, part in (("open", "/t/o/"), ("click", "/t/c/"), ("unsubscribe", "/unsubscribe/")):
                found = [html.unescape(link).split(part)[1] for link in links if part in link]
                self.known[kind] = re.split(r"\.gif$|\?", found[0])[0]
        return self.known[name]

    def remember(self, body):
        try:
            answer = json.loads(body)
        except ValueError:
            return
        for name, path in TOLD.items():
            found = value_at(answer, path)
            if found and name not in self.known:
                self.known[name] = found

    def call_until(self, pair):
        """Repeats a reading until what happens in the background has happened, at most 30 s."""
        deadline = time.monotonic() + 30
        while True:
            status, headers, body = self.call(pair)
            holds = all(value_at(json.loads(body), path.split(".")) == value for path, value in pair.get("until", {}).items())
            if holds or time.monotonic() > deadline:
                return status, headers, body
            time.sleep(0.05)

    def walk(self, pair):
        if "before" in pair:
            self.call_until(pair["before"])
        status, headers, body = self.call_until(pair)
        self.remember(body)
        found = self.recorded.faults(pair, status, headers, body)
        if found and "or" in pair and not self.recorded.faults({**pair, **pair["or"]}, status, headers, body):
            # The other answer that the contract knows: what happens in the background was faster.
            return []
        return found


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def value_at(answer, path):
    """What stands there; `#` is how many there are."""
    for name in path:
        answer = len(answer or []) if name == "#" else answer.get(name) if isinstance(answer, dict) else None
    return answer


def main():
    url, key, table, capture = sys.argv[1:5]
    walker = Walker(url, key, capture)
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
