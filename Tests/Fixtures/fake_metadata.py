"""The credential services of AWS machines for tests: an instance's metadata service (version 2 only) and a container's.

    /usr/bin/python3 fake_metadata.py

Prints `listening PORT`. It ends when its standard input is closed.
    PUT  /latest/api/token                                a token, for whoever asks with a lifetime; anything else is refused
    GET  /latest/meta-data/iam/security-credentials/      the role's name, and under it the credentials: with a token only
    GET  /container                                       credentials, for the token `Bearer one` or `two` only
    POST /control           {"expiration": "…", "role": "…", "mode": "ok" | "broken" | "error"}
    GET  /control           {"requests": ["GET /…", …]}
"""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

STATE = {"expiration": "2030-01-01T00:00:00Z", "role": "mail sender/1", "mode": "ok", "requests": []}
TOKEN = "AQAEAtoken=="
ROLES = "/latest/meta-data/iam/security-credentials/"


def credentials(key):
    if STATE["mode"] == "broken":
        return b'{"Code": "Success", "AccessKeyId": "x"'
    value = {"AccessKeyId": key, "SecretAccessKey": "s/+=", "Token": "session", "Expiration": STATE["expiration"]}
    return json.dumps(value).encode()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_PUT(self):
        self.note()
        lifetime = self.headers.get("X-aws-ec2-metadata-token-ttl-seconds", "")
        if self.path != "/latest/api/token" or not lifetime.isdigit() or not 1 <= int(lifetime) <= 21600:
            return self.answer(400, b"bad request")
        return self.answer(200, TOKEN.encode())

    def do_GET(self):
        if self.path == "/control":
            return self.answer(200, json.dumps({"requests": STATE["requests"]}).encode())
        self.note()
        if STATE["mode"] == "error":
            return self.answer(500, b"oops")
        if self.path == "/container":
            good = self.headers.get("Authorization") in ("Bearer one", "two")
            return self.answer(200, credentials("ASIACONTAINER")) if good else self.answer(403, b"{}")
        if self.headers.get("X-aws-ec2-metadata-token") != TOKEN:
            return self.answer(401, b"unauthorized")
        if self.path == ROLES:
            return self.answer(200, STATE["role"].encode() + b"\n")
        if self.path == ROLES + "mail%20sender%2F1":
            return self.answer(200, credentials("ASIAINSTANCE"))
        return self.answer(404, b"not found")

    def do_POST(self):
        STATE.update(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.answer(200, b"{}")

    def note(self):
        STATE["requests"].append(f"{self.command} {self.path}")

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
print("listening", server.server_address[1], flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
