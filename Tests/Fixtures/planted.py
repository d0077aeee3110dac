"""What a client owns, made through the API, with a random marker in every text of it.

`own` marks what belongs to the client, `shared` what its organization shares (API.md: contacts, their tags and attributes, suppression).
Names that a stranger could guess (keys, slugs, one address) carry no marker, so that whoever sends them proves nothing by an echo.
"""
import http.server
import json
import secrets
import threading
import time
import urllib.parse

import openapi_calls as api

NAME = "guessed"
KNOWN, SEAT = "known@example.com", "seat-1"
# What planting brings about: two subscriptions and one suppression, five messages, of which four are sent at once.
EVENTS = 2 + 1 + 5 + 4


class Planted:
    def __init__(self, url, key, client, audience="main"):
        self.url, self.key, self.client, self.audience = url, key, client, audience
        self.own = "own" + secrets.token_hex(8)
        self.shared = "org" + secrets.token_hex(8)
        self.paths = {}
        self.hidden = f"{self.shared}@example.com"
        self.receiver = Receiver(self.own)
        self.make()

    def ask(self, method, target, body=None, query=None):
        place = {"audience": self.audience, "client": self.client}
        if method == "GET":
            target += "?" + urllib.parse.urlencode({**place, **(query or {})})
        else:
            body = {**place, **(body or {})}
        status, answer = api.call(self.url, self.key, method, target, body)
        assert status < 300, f"planting: {method} {target}: {status} {answer[:500].decode(errors='replace')}"
        return json.loads(answer)

    def make(self):
        self.make_account()
        self.make_contacts()
        self.make_lists()
        self.make_messages()
        self.make_campaigns()
        self.paths["/api/webhooks/{id}"] = {"id": [self.webhook]}
        place = f"/api/webhooks/{self.webhook}/attempts"
        self.wait_until(lambda: len(self.ask("GET", place)["attempts"]) == EVENTS, "the delivery of each event")
        self.attempt = self.ask("GET", place)["attempts"][0]["id"]

    def make_account(self):
        own = self.own
        sender = {"id": NAME, "email": f"{own} <sender@{self.client}.example>"}
        self.ask("PUT", "/api/client/senders", {"senders": [sender], "default_sender_id": NAME})
        made = self.ask("POST", "/api/keys", {"name": own, "scopes": ["contacts:read"]})
        self.paths["/api/keys/{key_id}"] = {"key_id": [made["key"]["id"]]}
        hook = {"url": f"{self.receiver.url}/{own}", "description": own, "event_types": []}
        self.webhook = self.ask("POST", "/api/webhooks", hook)["id"]
        self.ask("PUT", "/api/client/callback", {"url": f"{self.receiver.url}/callback/{own}", "token": own, "enabled": True})
        self.ask("PUT", "/api/client/mailchimp", {"api_key": f"{own}-us1", "list_id": own, "enabled": False})
        self.ask("PUT", "/api/client/mailchimp/tag-mappings", {"mappings": [{"list_key": NAME, "tag": own}]})

    def make_contacts(self):
        own, shared = self.own, self.shared
        ids = []
        for email in (KNOWN, self.hidden):
            person = {"email": email, "status": "subscribed", "verified": True, "tags": [NAME, shared], "attributes": {"note": shared}}
            ids.append(self.ask("POST", "/api/contacts", person)["contact_id"])
            self.ask("PATCH", f"/api/contacts/{ids[-1]}/validation", {"status": "valid", "reason": shared})
            choice = [{"tag": NAME, "label": own, "enabled": True}]
            self.ask("PUT", "/api/contacts/preferences", {"email": email, "categories": choice, "reason": own})
            self.ask("POST", "/api/subscriptions/request", {"email": email, "wording": own, "source": own})
        self.paths["/api/contacts/{id}"] = {"id": ids, "slug": [NAME]}
        self.ask("POST", "/api/suppressions", {"email": "stopped@example.com", "reason": shared})
        self.paths["/api/suppressions/{email}"] = {"email": ["stopped@example.com"]}
        jobs = []
        for name in (NAME, own):
            rows = {"contacts": [{"email": f"{own} is no address"}], "async": True, "idempotency_key": name}
            jobs.append(self.ask("POST", "/api/contacts/imports", rows)["import_job"]["id"])
        self.paths["/api/contacts/imports/{id}"] = {"id": jobs}
        for job in jobs:
            self.wait_until(lambda: self.ask("GET", f"/api/contacts/imports/{job}")["import_job"]["status"] == "succeeded", "the import")

    def make_lists(self):
        own = self.own
        self.ask("PUT", f"/api/recipient-lists/{NAME}", {"name": own, "metadata": {"note": own}})
        members = [
            {"source_object_key": SEAT, "email": KNOWN, "metadata": {"note": own}},
            {"source_object_key": own, "email": self.hidden, "metadata": {"note": own}},
        ]
        self.ask("POST", f"/api/recipient-lists/{NAME}/members/bulk-upsert", {"members": members})
        job = {"source_url": f"https://127.0.0.1:9/{own}", "idempotency_key": NAME, "list": {"name": own}}
        made = self.ask("POST", f"/api/recipient-lists/{NAME}/imports", job)["import_job"]["id"]
        self.paths["/api/recipient-lists/{key}"] = {"key": [NAME], "source_object_key": [SEAT]}
        self.paths["/api/recipient-lists/{key}/imports/{id}"] = {"key": [NAME], "id": [made]}
        place = f"/api/recipient-lists/{NAME}/imports/{made}"
        self.wait_until(lambda: self.ask("GET", place)["import_job"]["status"] == "failed", "the refused list import")
        rule = {"field": "attributes.note", "operator": "equals", "value": self.shared}
        rules = {"any": [rule, {"field": "attributes.note", "operator": "equals", "value": own}]}
        self.ask("PUT", f"/api/segments/{NAME}", {"name": own, "rules": rules})
        self.paths["/api/segments/{key}"] = {"key": [NAME]}

    def make_messages(self):
        own = self.own
        text = {name: own for name in ("name", "description", "subject", "text_body")}
        # What a confirmation of a subscription brings too.
        required = [{"name": "confirm_url", "description": own}]
        template = {**text, "html_body": f"<p>{own} {{{{ confirm_url }}}}</p>", "required_context": required, "example_context": {"confirm_url": own}}
        self.ask("PUT", f"/api/transactional/templates/{NAME}", {**template, "default_sender_id": NAME})
        self.paths["/api/transactional/templates/{key}"] = {"key": [NAME]}
        base = {"template_key": NAME, "context": {"confirm_url": own}, "metadata": {"note": own}}
        sends = [
            {"email": KNOWN, "idempotency_key": NAME}, {"email": self.hidden},
            {"email": KNOWN, "idempotency_key": own, "send_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 86_400))},
        ]
        ids = [self.ask("POST", "/api/transactional/send", {**base, **send})["message"]["id"] for send in sends]
        self.paths["/api/transactional/messages/{id}"] = {"id": ids}
        for number in ids[:2]:
            self.wait_until(lambda: self.ask("GET", f"/api/transactional/messages/{number}")["message"]["status"] == "sent", "the message")

    def make_campaigns(self):
        own, keys = self.own, [NAME, NAME + "-draft"]
        html = f'<p>{own} <a href="https://example.com/{own}">read</a></p>'
        texts = {"subject": own, "preview_text": own, "html_body": html, "text_body": own, "metadata": {"note": own}}
        for key in keys:
            self.ask("PUT", f"/api/campaigns/{key}", {**texts, "recipient_list_key": NAME, "segment_key": NAME, "category_tag": NAME})
        self.ask("POST", f"/api/campaigns/{NAME}/queue")
        self.paths["/api/campaigns/{external_key}"] = {"external_key": keys}
        self.wait_until(lambda: self.ask("GET", f"/api/campaigns/{NAME}")["campaign"]["status"] == "sent", "the campaign")

    def wait_until(self, holds, what):
        deadline = time.monotonic() + 60
        while not holds():
            assert time.monotonic() < deadline, f"planting: {what} did not come"
            time.sleep(0.05)

    def values(self, path):
        """What stands in a path's variable parts, each with all its choices; None for a path that nothing was made for."""
        names = api.path_names(path)
        for prefix in sorted(self.paths, key=len, reverse=True):
            if path.startswith(prefix) and all(name in self.paths[prefix] for name in names):
                return {name: self.paths[prefix][name] for name in names}
        return {} if not names else None

    def references(self, email=None):
        """What a body can name of these data, by field; `email`: instead of the known address."""
        email = email or KNOWN
        send = {"email": email, "template_key": NAME, "context": {"name": "x", "confirm_url": "x"}, "client": self.client, "audience": self.audience}
        member = {"source_object_key": SEAT, "email": email, "metadata": {"score": 1}}
        return {
            "email": email, "emails": [email], "template_key": NAME, "idempotency_key": NAME, "recipient_list_key": NAME,
            "segment_key": NAME, "default_sender_id": NAME, "from_email": NAME, "category_tag": NAME, "category_tags": NAME,
            "context": {"name": "x", "confirm_url": "x"}, "members": [member], "member": member, "messages": [send], "attempt_id": self.attempt,
            "contacts": [{"email": email}], "csv": f"email\n{email}\n", "tags": [NAME], "url": f"{self.receiver.url}/plain",
            "source_url": "https://127.0.0.1:9/plain", "senders": [{"id": NAME, "email": "sender@plain.example"}],
        }

class Receiver:
    """Takes webhooks and answers with the marker, which the attempts then show."""

    def __init__(self, marker):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                self.send_response(200)
                self.end_headers()
                self.wfile.write(marker.encode())

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{server.server_address[1]}/hooks"
