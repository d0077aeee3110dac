#!/usr/bin/env python3
"""Runs the snippets of docs/client-guide.md as they stand, in their order, and proves both verifiers with real deliveries.

usage: run_guide.py URL KEY GUIDE
Shell snippets run in bash with URL and KEY, where a refused call of curl fails; Python snippets share one namespace. The service must
allow webhooks to this machine. Exit 1, with the snippet, if one fails.
"""
import http.server
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading

import requests

URL, KEY, GUIDE = sys.argv[1:4]
api = requests.Session()
api.headers["Authorization"] = f"Bearer {KEY}"
PLACE = {"audience": "main", "client": "app"}
# Lines that the reader replaces by their own.
OWN = re.compile(r"^(URL|KEY)=")


class Hooks(http.server.BaseHTTPRequestHandler):
    """Keeps what is delivered."""

    seen, arrived = [], threading.Event()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append((self.headers, body))
        self.send_response(204)
        self.end_headers()
        self.arrived.set()

    def log_message(self, *_):
        pass


def shell(text, folder, **variables):
    """curl that is refused fails, as it would in a script of the reader's."""
    script = f"set -euo pipefail\ncurl() {{ command curl --silent --show-error --fail-with-body --max-time 30 \"$@\"; }}\n{text}"
    environment = {**os.environ, "URL": URL, "KEY": KEY, **variables}
    run = subprocess.run(["bash", "-c", script], env=environment, cwd=folder, capture_output=True, text=True)
    assert run.returncode == 0, f"{text}\n{run.stdout}{run.stderr}"
    return run.stdout


def delivery():
    """A real one: its headers, its bytes, and the secret of its webhook."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hooks)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made = api.post(f"{URL}/api/webhooks", json={"url": f"http://127.0.0.1:{server.server_address[1]}/hook", "event_types": ["unsubscribe"]}).json()
    person = {**PLACE, "email": "guide@example.org"}
    assert api.post(f"{URL}/api/contacts", json={**person, "status": "subscribed"}).ok
    assert api.post(f"{URL}/api/subscriptions/unsubscribe", json={**person, "scope": "client"}).ok
    assert Hooks.arrived.wait(30), "no delivery came"
    return *Hooks.seen[0], made["secret"]


def verified(namespace, verifier, folder):
    """Both verifiers take a real delivery and refuse a changed one."""
    headers, body, secret = delivery()
    assert namespace["verify"](secret, headers, body) is True
    assert namespace["verify"](secret, headers, body + b" ") is False
    assert namespace["verify"]("whsec_" + "A" * 32, headers, body) is False
    late = {**{name.lower(): value for name, value in headers.items()}, "webhook-timestamp": str(int(headers["webhook-timestamp"]) - 600)}
    assert namespace["verify"](secret, late, body) is False
    words = {"SECRET": secret, "ID": headers["webhook-id"], "TIMESTAMP": headers["webhook-timestamp"]}
    for content, is_right in ((body, True), (body + b" ", False)):
        (folder / "body.json").write_bytes(content)
        assert (f"v1,{shell(verifier, folder, **words).strip()}" in headers["webhook-signature"].split()) is is_right, headers


def main():
    text = pathlib.Path(GUIDE).read_text(encoding="utf-8")
    snippets = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.S | re.M)
    template = {"name": "Welcome", "subject": "Hi {{ name }}", "text_body": "Hi {{ name }}", "required_context": ["name"]}
    assert api.put(f"{URL}/api/transactional/templates/welcome", json=template).ok
    namespace = {"URL": URL, "KEY": KEY}
    verifier, counts = None, {"": 0, "python": 0, "json": 0}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for language, snippet in snippets:
            counts[language] += 1
            if language == "python":
                exec(compile(snippet, GUIDE, "exec"), namespace)
            elif language == "" and "openssl" in snippet:
                verifier = snippet
            elif language == "" and not OWN.match(snippet):
                shell(snippet, folder)
        body = {"email": "ann@example.org", "template_key": "welcome", "context": {"name": "Ann"}, "idempotency_key": "guide-1"}
        assert namespace["send"](body) == namespace["send"](body)
        verified(namespace, verifier, folder)
    assert counts[""] >= 6 and counts["python"] >= 3, counts
    print(f"{sum(counts.values())} snippets run")


main()
