#!/usr/bin/env python3
"""A course: keeps a homework's list of submitters as it is in its own database, and mails each of them their result.

usage: client_homework.py URL KEY CAPTURE
"""
import sys

import requests

import captured

URL, KEY, CAPTURE = sys.argv[1:4]
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
COUNTS = ("created_count", "enqueued_count", "skipped_count", "idempotent_replay_count")
assert [first[name] for name in COUNTS] == [35, 35, 0, 0], first
assert first["recipient_list"] == {"key": "course:2030:homework-1", "active_member_count": 35}, first
again = expect(api.post(f"{LIST}/transactional-send", json=send), 202)
assert [again[name] for name in COUNTS] == [0, 0, 0, 35], again

# A student who hands in late gets a result of their own, and nobody else gets a second one.
expect(api.put(f"{LIST}/members/submission:46", json={**PLACE, "member": {"email": "student46@example.com", "metadata": {"score": 46}}}), 200)
late = expect(api.post(f"{LIST}/transactional-send", json=send), 202)
assert [late[name] for name in COUNTS] == [1, 1, 0, 35], late
captured.waited(CAPTURE, 36)
captured.waited(CAPTURE, To="student46@example.com")
mails = captured.mails(CAPTURE)
assert sorted(mail["To"] for mail in mails) == sorted(f"student{n}@example.com" for n in range(11, 47)), [mail["To"] for mail in mails]
for mail in mails:
    score = mail["To"].removeprefix("student").partition("@")[0]
    assert mail["Subject"] == f"Your score: {score}", mail["Subject"]
    assert captured.text(mail).strip() == f"You got {score} of 50.", captured.text(mail)
    assert f"<p>{score}</p>" in captured.html(mail), captured.html(mail)
assert expect(api.get(LIST, params=PLACE), 200)["recipient_list"]["active_member_count"] == 36
