#!/usr/bin/env python3
"""A newsletter: imports its readers, previews, sends a test and the campaign, and reads the numbers.

usage: client_newsletter.py URL KEY CAPTURE
"""
import sys
import time

import requests

import captured

URL, KEY, CAPTURE = sys.argv[1:4]
api = requests.Session()
api.headers["Authorization"] = f"Bearer {KEY}"
PLACE = {"audience": "main", "client": "app"}
CAMPAIGN = f"{URL}/api/campaigns/newsletter-1"


def expect(answer, status):
    assert answer.status_code == status, (answer.request.method, answer.url, answer.status_code, answer.text)
    return answer.json()


rows = ["email,status,verified,tags,First Name"]
rows += [f"reader{n}@example.com,subscribed,true,newsletter,Reader {n}" for n in range(1, 51)]
rows += ["silent@example.com,unsubscribed,true,newsletter,Silent", "not an address,subscribed,true,,"]
upload = {"file": ("readers.csv", "\n".join(rows) + "\n", "text/csv")}
counts = expect(api.post(f"{URL}/api/contacts/imports/csv", data=PLACE, files=upload), 200)["counts"]
assert (counts["created"], counts["invalid"]) == (51, 1), counts

draft = {
    **PLACE,
    "subject": "Hello {{ contact.attributes.first_name }}",
    "preview_text": "What is new",
    "html_body": "<html><body><p>Dear {{ contact.attributes.first_name }}</p><a href='https://news.example.org/1'>read</a></body></html>",
    "include_tags": ["newsletter"],
}
assert expect(api.put(CAMPAIGN, json=draft), 201)["created"] is True
broken = api.put(CAMPAIGN, json={**draft, "html_body": "<p>\n{% if contact %}</p>"})
assert "line 2" in expect(broken, 400)["error"]["details"]["html_body"]
assert expect(api.post(f"{CAMPAIGN}/preview", json=PLACE), 200)["preview"]["subject"].startswith("Hello")
tested = expect(api.post(f"{CAMPAIGN}/test-send", json={**PLACE, "emails": ["editor@example.com"]}), 202)
assert tested["sent_count"] == 1
assert expect(api.post(f"{CAMPAIGN}/queue", json=PLACE), 202)["queued"] is True
assert expect(api.post(f"{CAMPAIGN}/queue", json=PLACE), 202)["queued"] is False

deadline = time.monotonic() + 60
campaign = {}
while campaign.get("status") != "sent":
    assert time.monotonic() < deadline, campaign
    campaign = expect(api.get(CAMPAIGN, params=PLACE), 200)["campaign"]
    time.sleep(0.1)
assert (campaign["sent_count"], campaign["skipped_count"]) == (50, 1), campaign
assert expect(api.put(CAMPAIGN, json=draft), 409)["error"]["fields"] == {"status": "not_editable"}

readers = {f"reader{n}@example.com": n for n in range(1, 51)}
mails = captured.waited(CAPTURE, 51)
assert sorted(mail["To"] for mail in mails) == sorted([*readers, "editor@example.com"]), [mail["To"] for mail in mails]
for mail in mails:
    if mail["To"] in readers:
        name = f"Reader {readers[mail['To']]}"
        assert mail["Subject"] == f"Hello {name}" and f"Dear {name}" in captured.html(mail), mail["Subject"]
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click" and "/unsubscribe/" in mail["List-Unsubscribe"]
