#!/usr/bin/env python3
"""A sign-up form: registers a person and mails a welcome, once, however often the form is sent.

usage: client_registration.py URL KEY CAPTURE
"""
import sys

import requests

import captured

URL, KEY, CAPTURE = sys.argv[1:4]
api = requests.Session()
api.headers["Authorization"] = f"Bearer {KEY}"
PLACE = {"audience": "main", "client": "app"}


def expect(answer, status):
    assert answer.status_code == status, (answer.request.method, answer.url, answer.status_code, answer.text)
    return answer.json()


template = {
    "name": "Welcome",
    "subject": "Welcome, {{ name }}",
    "html_body": "<p>Hello {{ name }}, <a href='https://app.example.org/start?a=1&amp;b=2'>start here</a></p>",
    "required_context": [{"name": "name", "description": "First name"}],
    "example_context": {"name": "Ann"},
}
assert expect(api.put(f"{URL}/api/transactional/templates/welcome", json=template), 200)["created"] is True
assert expect(api.put(f"{URL}/api/transactional/templates/welcome", json=template), 200)["created"] is False

person = {**PLACE, "email": "Reg@Example.com", "status": "subscribed", "verified": True, "tags": ["members"], "attributes": {"plan": "free"}}
contact = expect(api.post(f"{URL}/api/contacts", json=person), 200)
assert contact["email"] == "reg@example.com" and contact["can_send_marketing"] is True

send = {"email": "reg@example.com", "template_key": "welcome", "context": {"name": "<Ann>"}, "idempotency_key": "welcome-1"}
first = expect(api.post(f"{URL}/api/transactional/send", json=send), 202)
again = expect(api.post(f"{URL}/api/transactional/send", json=send), 202)
assert first["idempotent_replay"] is False and again["idempotent_replay"] is True
assert first["message"]["id"] == again["message"]["id"]
other = api.post(f"{URL}/api/transactional/send", json={**send, "context": {"name": "Bob"}})
assert expect(other, 409)["error"]["fields"] == {"idempotency_key": "body_mismatch"}
missing = api.post(f"{URL}/api/transactional/send", json={"email": "reg@example.com", "template_key": "welcome"})
assert expect(missing, 400)["error"]["fields"] == {"context.name": "required"}

# One mail, however often the form was sent, to the person and as the template says.
mail = captured.waited(CAPTURE, To="reg@example.com")[0]
assert (mail["From"], mail["Subject"]) == ("Courses <courses@example.com>", "Welcome, <Ann>"), mail
html = captured.html(mail)
assert "<p>Hello &lt;Ann&gt;, <a href='https://app.example.org/start?a=1&amp;b=2'>start here</a></p>" in html, html
assert "Hello <Ann>, start here" in captured.text(mail), captured.text(mail)
assert mail["List-Unsubscribe"] is None
status = {}
while status.get("status") != "sent":
    status = expect(api.get(f"{URL}/api/transactional/messages/{first['message']['id']}"), 200)["message"]
assert len(captured.mails(CAPTURE)) == 1, [mail["To"] for mail in captured.mails(CAPTURE)]
