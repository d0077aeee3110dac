"""A receiver of webhooks that checks signatures with the standard library only, and misbehaves on demand.

Usage: webhook_receiver.py; it prints its port, and ends when its standard input does.

Paths:
  POST /hook/NAME      takes a delivery; the name chooses a behaviour set by /control, 204 by default
  POST /callback/NAME  takes a callback of the original's form
  *    /3.0/...        Mailchimp's API: members and their tags
  PUT  /control        {"secrets": {NAME: [secret, ...]}, "behaviours": {NAME: [behaviour, ...]}}: merged into what is set
  GET  /seen           everything that came, as JSON
A behaviour is used once and the last one stays: a status ("500"), "slow" (answers after 3 s), "hang" (never answers), "reset", "redirect",
"retry-after:SECONDS".
"""

import base64
import hashlib
import hmac
import json
import os
import socket
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LOCK = threading.Lock()
SECRETS = {}
BEHAVIOURS = {}
SEEN = []
MEMBERS = {}
ENDED = threading.Event()


def is_signed(headers, body, secret):
    """Whether one of the signatures is the secret's, over the exact bytes, in constant time."""
    key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = "v1," + base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(wanted, given) for given in headers["webhook-signature"].split(" "))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def answer(self, status, value=None, headers=()):
        body = b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        for name, text in headers:
            self.send_header(name, text)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == "/control":
            self.control(json.loads(body))
        elif self.path == "/seen":
            with LOCK:
                self.answer(200, {"seen": SEEN, "members": MEMBERS})
        elif self.path.startswith("/3.0/lists/"):
            self.mailchimp(body)
        else:
            self.delivery(body)

    do_GET = do_POST = do_PUT = handle_any

    def control(self, value):
        with LOCK:
            SECRETS.update(value.get("secrets", {}))
            BEHAVIOURS.update(value.get("behaviours", {}))
        self.answer(200, {})

    def behaviour(self, name):
        with LOCK:
            queue = BEHAVIOURS.get(name) or ["204"]
            return queue.pop(0) if len(queue) > 1 else queue[0]

    def delivery(self, body):
        kind, name = self.path.strip("/").split("/", 1)
        headers = {key.lower(): value for key, value in self.headers.items()}
        item = {"name": name, "at": time.time(), "body": json.loads(body), "id": headers.get("webhook-id", "")}
        if kind == "hook":
            with LOCK:
                secrets = list(SECRETS.get(name, []))
            item["valid"] = [is_signed(headers, body, secret) for secret in secrets]
            item["fresh"] = abs(time.time() - int(headers["webhook-timestamp"])) < 300
            item["signatures"] = len(headers["webhook-signature"].split(" "))
        else:
            item["authorization"] = headers.get("authorization", "")
        with LOCK:
            SEEN.append(item)
        self.misbehave(self.behaviour(name))

    def misbehave(self, behaviour):
        if behaviour == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()
        elif behaviour == "hang":
            ENDED.wait(60)
            self.close_connection = True
        elif behaviour == "redirect":
            self.answer(302, None, [("Location", "/hook/elsewhere")])
        elif behaviour.startswith("retry-after:"):
            self.answer(429, None, [("Retry-After", behaviour.split(":")[1])])
        else:
            if behaviour == "slow":
                time.sleep(3)
            self.answer(204 if behaviour == "slow" else int(behaviour))

    def mailchimp(self, body):
        parts = self.path.strip("/").split("/")
        item = {
            "name": "mailchimp", "method": self.command, "path": self.path, "body": json.loads(body or b"{}"),
            "authorization": self.headers.get("Authorization", ""),
        }
        with LOCK:
            SEEN.append(item)
        behaviour = self.behaviour("mailchimp")
        if behaviour != "204":
            return self.misbehave(behaviour)
        member = parts[4]
        with LOCK:
            if self.command == "PUT":
                email = item["body"]["email_address"]
                if hashlib.md5(email.lower().encode()).hexdigest() != member:
                    return self.answer(400, {"title": "the hash is not the address's"})
                MEMBERS.setdefault(member, {"email": email, "tags": []})
                return self.answer(200, {"id": member})
            if member not in MEMBERS:
                return self.answer(404, {"title": "Resource Not Found"})
            tags = set(MEMBERS[member]["tags"])
            for tag in item["body"]["tags"]:
                (tags.add if tag["status"] == "active" else tags.discard)(tag["name"])
            MEMBERS[member]["tags"] = sorted(tags)
        self.answer(204)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


def main():
    server = Server(("127.0.0.1", 0), Handler)
    print("listening", server.server_address[1], flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    # Ends with the test that holds its standard input, however that ends.
    sys.stdin.buffer.read()
    ENDED.set()
    os._exit(0)


main()
