#!/usr/bin/env python3
"""Runs every example of /api-docs/ as it stands, in a shell with URL, KEY and OPERATOR_KEY: first what makes objects, then the rest, deletions last.

usage: run_examples.py URL KEY OPERATOR_KEY
Each must succeed, but for those named here with the status that they may meet. Exit 1 if one does not.
"""
import html
import os
import re
import subprocess
import sys
import urllib.request

URL, KEY, OPERATOR_KEY = sys.argv[1:4]
LEFT_OUT = {
    r"-X DELETE .*\$URL/api/keys/": "would end the key that makes the calls",
    r"\$URL/webhooks/ses": "only Amazon can sign what it sends",
}
# An example that meets what another has done, or needs what no example can make.
TOKEN = ({"404"}, "a token is made for one recipient of one mail")
OTHERWISE = {
    "POST /api/transactional/messages/1/cancel": ({"200", "409"}, "a message without `send_at` is sent at once"),
    "POST /api/campaigns/july/pause": ({"409"}, "the example before has cancelled the campaign"),
    "POST /api/campaigns/july/resume": ({"409"}, "nothing is paused"),
    "POST /api/campaigns/july/resend": ({"409"}, "nothing was sent"),
    **{f"{method} /{page}/token": TOKEN for method in ("GET", "POST") for page in ("unsubscribe", "preferences", "confirm")},
    "GET /t/c/token": TOKEN,
    "GET /v/token": TOKEN,
}
# What others need comes first: objects with an id, then those with a key; a campaign is scheduled and cancelled before it is queued.
ORDER = (
    r"POST /api/(contacts|webhooks|keys)$", r"PUT ", r"POST /api/transactional/send$", r"POST .*/(schedule|cancel)$", r"POST /api/(?!suppressions)",
    r"PATCH ", r"GET ", r"POST ", r"DELETE ",
)


def call_of(example):
    """`METHOD /path` of a curl command."""
    method = re.search(r"-X (\w+)", example)
    path = re.search(r'[$]URL([^?"]*)', example)[1]
    return f"{method[1] if method else 'GET'} {path}"


def place(example):
    """Deletions of what stands in others come before those."""
    call = call_of(example)
    index = next(index for index, pattern in enumerate(ORDER) if re.match(pattern, call))
    return index, -call.count("/") if call.startswith("DELETE") else 0, "erase" in call, not call.endswith("schedule")


def run(example):
    command = example.replace("curl ", "curl --silent --output /dev/stdout --max-time 30 --write-out '\\n%{http_code}' ", 1)
    names = {"URL": URL, "KEY": KEY, "OPERATOR_KEY": OPERATOR_KEY}
    ended = subprocess.run(["bash", "-c", command], env={**os.environ, **names}, capture_output=True, text=True, errors="replace")
    return ended.stdout.rsplit("\n", 1)[-1], f"{ended.stdout[:300]} {ended.stderr[:200]}"


def main():
    with urllib.request.urlopen(URL + "/api-docs/", timeout=30) as answer:
        page = answer.read().decode()
    examples = [html.unescape(text) for text in re.findall(r"<pre>(curl.*?)</pre>", page, re.S)]
    failed = 0
    for example in sorted(examples, key=place):
        if any(re.search(pattern, example, re.S) for pattern in LEFT_OUT):
            continue
        status, text = run(example)
        wanted, _ = OTHERWISE.get(call_of(example), ({"200", "201", "202", "302"}, ""))
        if status not in wanted:
            failed += 1
            print(f"{call_of(example)}: {status} instead of {sorted(wanted)}\n{example}\n  -> {text}")
    unknown = set(OTHERWISE) - {call_of(example) for example in examples}
    print(f"{len(examples)} examples, {failed} failed; named but absent: {sorted(unknown)}")
    return 1 if failed or unknown or not examples else 0


sys.exit(main())
