#!/usr/bin/env python3
"""Runs every example of /api-docs/ as it stands, in a shell with URL and KEY.

usage: run_examples.py URL KEY
An example may meet a state that does not allow it (404, 409); it may not be refused for what it says. Exit 1 if one is.
"""
import html
import os
import re
import subprocess
import sys
import urllib.request

URL, KEY = sys.argv[1:3]
# Ending the key that makes the calls would end the walk; only Amazon can sign what it sends.
LEFT_OUT = re.compile(r"-X DELETE .*\$URL/api/keys/|/webhooks/ses", re.S)


def main():
    with urllib.request.urlopen(URL + "/api-docs/", timeout=30) as answer:
        page = answer.read().decode()
    examples = [html.unescape(text) for text in re.findall(r"<pre>(curl.*?)</pre>", page, re.S)]
    failed = 0
    for example in examples:
        if LEFT_OUT.search(example):
            continue
        command = example.replace("curl ", "curl --silent --output /dev/stdout --max-time 30 --write-out '\\n%{http_code}' ", 1)
        run = subprocess.run(["bash", "-c", command], env={**os.environ, "URL": URL, "KEY": KEY}, capture_output=True, text=True, errors="replace")
        status = run.stdout.rsplit("\n", 1)[-1]
        if run.returncode != 0 or not (status[:1] in ("2", "3") or status in ("404", "409")):
            failed += 1
            print(f"{example}\n  -> {status} {run.stdout[:300]} {run.stderr[:200]}")
    print(f"{len(examples)} examples, {failed} refused")
    return 1 if failed or not examples else 0


sys.exit(main())
