#!/usr/bin/env python3
"""A course: keeps a homework's list of submitters as it is in its own database, and mails each of them their result.

usage: client_homework.py URL KEY
"""
import sys

import requests

URL, KEY = sys.argv[1:3]
api = requests.Session()
api.headers["Authorization"] = f"Bearer {KEY}"
PLACE = {"audience": "main", "client": "app"}
LIST = f"{URL}/api/recipient-lists/course:2030:homework-1"


def expect(answer, status):
    assert answer.status_code == status, (answer.request.method, answer.url, answer.status_code, answer.text)
    return answer.json()


def members(numbers):
    return [{"source_object_key": f"submission:{n}", "email": f"student{n}@example.com", "metadata": {"score": n}} for n in numbers]


expect(api.put(LIST, json={**PLACE, "type": "homework_submitters", "name": "Homework 1"}), 200)
expect(api.post(f"{LIST}/members/bulk-upsert", json={**PLACE, "members": members(range(1, 41))}), 200)
assert expect(api.get(LIST, params=PLACE), 200)["recipient_list"]["active_member_count"] == 40
assert expect(api.get(f"{URL}/api/recipient-lists/course", params=PLACE), 200)["recipient_list"]["active_member_count"] == 40

# The course's own database has lost ten and found five; a dry run changes nothing.
wanted = members(list(range(11, 46)))
body = {**PLACE, "members": wanted, "remove_absent": True}
expect(api.post(f"{LIST}/members/reconcile", json={**body, "dry_run": True}), 200)
assert expect(api.get(LIST, params=PLACE), 200)["recipient_list"]["active_member_count"] == 40
expect(api.post(f"{LIST}/members/reconcile", json=body), 200)
assert expect(api.get(LIST, params=PLACE), 200)["recipient_list"]["active_member_count"] == 35
assert expect(api.get(f"{URL}/api/recipient-lists/course", params=PLACE), 200)["recipient_list"]["active_member_count"] == 35

template = {"name": "Result", "subject": "Your score: {{ score }}", "text_body": "You got {{ member.score }} of 50.", "html_body": "<p>{{ score }}</p>"}
expect(api.put(f"{URL}/api/transactional/templates/result", json=template), 200)
send = {**PLACE, "template_key": "result", "idempotency_key": "homework-1-results"}
first = expect(api.post(f"{LIST}/transactional-send", json=send), 202)
again = expect(api.post(f"{LIST}/transactional-send", json=send), 202)
print(first)
assert expect(api.get(LIST, params=PLACE), 200)["recipient_list"]["active_member_count"] == 35
