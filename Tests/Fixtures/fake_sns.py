"""A fake of SNS' own host for tests: serves signing certificates, confirms subscriptions, and signs what a test wants signed.

    /usr/bin/python3 fake_sns.py

Prints `listening PORT`. It ends when its standard input is closed.
    GET  /SimpleNotificationService-….pem, /intermediate.cer    the files of sns.py
    GET  /?Action=ConfirmSubscription&…                         remembered
    POST /control/sign      {"fields": {…}, "version": "2", "certificate": "/…pem"}: a signed envelope
    POST /control/state     {"status": 503}: answers everything but /control with it; null ends that
    GET  /control/seen      {"paths": […]}
"""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import sns

STATE = {"status": None, "paths": []}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/control/seen":
            return self.answer(200, json.dumps({"paths": STATE["paths"]}).encode())
        STATE["paths"].append(self.path)
        if STATE["status"]:
            return self.answer(STATE["status"], b"away")
        if self.path.startswith("/?Action=ConfirmSubscription&"):
            return self.answer(200, b"<ConfirmSubscriptionResponse/>")
        body = sns.file(self.path)
        return self.answer(404, b"none") if body is None else self.answer(200, body)

    def do_POST(self):
        call = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/control/state":
            STATE["status"] = call["status"]
            return self.answer(200, b"{}")
        envelope = sns.sign(call["fields"], call.get("version", "2"), call.get("certificate", sns.GOOD))
        return self.answer(200, json.dumps(envelope).encode())

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
