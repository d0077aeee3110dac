#!/usr/bin/env python3
"""A command-line client of the mail API, written from the API's own page about it and nothing else.

    DATAMAILER_URL=… DATAMAILER_API_KEY=… mail_cli.py whoami | senders [--set id=addr]… [--default id] | send … | status ID
"""

import argparse
import json
import os
import sys
import urllib.error
import urllib.request

TEMPLATES = {
    "cli-message": {
        "name": "CLI message",
        "subject": "{{ subject }}",
        "html_body": '<div style="white-space:pre-wrap;font-family:sans-serif">{{ body }}</div>',
        "text_body": "{{ body }}",
    },
    "cli-message-html": {
        "name": "CLI message, HTML",
        "subject": "{{ subject }}",
        "html_body": "{{ body|safe }}",
        "text_body": "{{ body|striptags }}",
    },
}


class Refused(Exception):
    def __init__(self, status, error):
        super().__init__(status)
        self.status, self.error = status, error

    def __str__(self):
        if self.error.get("message"):
            return self.error["message"]
        return f"{self.error.get('code', self.status)} {json.dumps(self.error.get('fields', {}))}"


def call(method, path, body=None):
    request = urllib.request.Request(
        os.environ["DATAMAILER_URL"].rstrip("/") + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "Authorization": "Bearer " + os.environ["DATAMAILER_API_KEY"],
            "Content-Type": "application/json",
            "Accept": "application/json",
            "User-Agent": "datamailer-cli/0.1",
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as failure:
        raise Refused(failure.code, json.load(failure).get("error", {})) from None


def show_senders(answer):
    client = answer["client"]
    print(f"{client['organization']}/{client['slug']} ({client['name']})")
    for sender in answer["senders"]:
        mark = "*" if sender["id"] == answer["default_sender_id"] else " "
        print(f"{mark} {sender['id']} {sender['email']}")


def senders(options):
    if not options.set:
        return show_senders(call("GET", "/api/client/senders"))
    pairs = [pair.split("=", 1) for pair in options.set]
    body = {
        "senders": [{"id": key, "email": address} for key, address in pairs],
        "default_sender_id": options.default or pairs[0][0],
    }
    show_senders(call("PUT", "/api/client/senders", body))


def send(options):
    text = options.body
    if text is None:
        text = open(options.file).read() if options.file else sys.stdin.read()
    key = "cli-message-html" if options.html else "cli-message"
    body = {"email": options.to, "template_key": key, "context": {"subject": options.subject, "body": text}}
    if options.sender:
        body["from_email"] = options.sender
    if options.key:
        body["idempotency_key"] = options.key
    try:
        answer = call("POST", "/api/transactional/send", body)
    except Refused as refused:
        if refused.status != 404 or refused.error.get("fields", {}).get("template_key") != "not_found":
            raise
        required = [{"name": "subject", "description": ""}, {"name": "body", "description": ""}]
        call("PUT", "/api/transactional/templates/" + key, {**TEMPLATES[key], "required_context": required, "is_active": True})
        print("template " + key + " stored")
        answer = call("POST", "/api/transactional/send", body)
    message = answer["message"]
    print(f"{message['id']} {message['email']} {message['status']} replay={answer['idempotent_replay']}")


def status(options):
    answer = call("GET", f"/api/transactional/messages/{options.id}")
    message = answer["message"]
    print(f"{message['id']} {message['status']} {message['email']} {message['subject']!r} {message['ses_message_id']}")
    for event in answer["events"]:
        print(f"  {event['created_at']} {event['event_type']}")


def main():
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(required=True)
    who = commands.add_parser("whoami")
    who.set_defaults(run=senders, set=[], default=None)
    listing = commands.add_parser("senders")
    listing.add_argument("--set", action="append", default=[])
    listing.add_argument("--default")
    listing.set_defaults(run=senders)
    sending = commands.add_parser("send")
    sending.add_argument("to")
    sending.add_argument("subject")
    sending.add_argument("--body")
    sending.add_argument("--file")
    sending.add_argument("--html", action="store_true")
    sending.add_argument("--sender")
    sending.add_argument("--key")
    sending.set_defaults(run=send)
    showing = commands.add_parser("status")
    showing.add_argument("id")
    showing.set_defaults(run=status)
    options = parser.parse_args()
    try:
        options.run(options)
    except Refused as refused:
        sys.exit(f"error: {refused}")


main()
