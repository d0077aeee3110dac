#!/usr/bin/env python3
"""A shop: confirms orders in batches, reminds of carts later, and takes a reminder back when the cart was bought.

usage: client_orders.py URL KEY CAPTURE
"""
import datetime
import sys

import requests

import captured

URL, KEY, CAPTURE = sys.argv[1:4]
api = requests.Session()
api.headers["Authorization"] = f"Bearer {KEY}"


def expect(answer, status):
    assert answer.status_code == status, (answer.request.method, answer.url, answer.status_code, answer.text)
    return answer.json()


def later(seconds):
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def message(number, **more):
    return {"email": f"buyer{number}@example.com", "template_key": "order", "context": {"number": number}, "idempotency_key": f"order-{number}", **more}


template = {"name": "Order", "subject": "Order {{ number }}", "text_body": "Order {{ number }} is on its way.", "required_context": [{"name": "number", "description": ""}]}
expect(api.put(f"{URL}/api/transactional/templates/order", json=template), 200)

# A batch: each message stands or falls for itself.
batch = {"messages": [message(1), message(2), {**message(3), "template_key": "nope"}, {**message(4), "context": {}}, {**message(5), "email": "nobody"}]}
first = expect(api.post(f"{URL}/api/transactional/send-batch", json=batch), 202)
assert [result["status"] for result in first["results"]] == [202, 202, 404, 400, 400], first
assert [result["index"] for result in first["results"]] == [0, 1, 2, 3, 4]
assert first["results"][3]["error"]["fields"] == {"context.number": "required"}, first
assert (first["created_count"], first["enqueued_count"], first["idempotent_replay_count"], first["failed_count"]) == (2, 2, 0, 3), first
again = expect(api.post(f"{URL}/api/transactional/send-batch", json=batch), 202)
assert (again["created_count"], again["enqueued_count"], again["idempotent_replay_count"], again["failed_count"]) == (0, 0, 2, 3), again
assert [result["message"]["id"] for result in again["results"][:2]] == [result["message"]["id"] for result in first["results"][:2]]
for number in (1, 2):
    mail = captured.waited(CAPTURE, To=f"buyer{number}@example.com")[0]
    assert (mail["Subject"], captured.text(mail).strip()) == (f"Order {number}", f"Order {number} is on its way.")

# Later: one reminder is taken back, the one after it comes, and not before its time.
taken = expect(api.post(f"{URL}/api/transactional/send", json=message(6, send_at=later(1.5))), 202)["message"]
due = later(2.5)
kept = expect(api.post(f"{URL}/api/transactional/send", json=message(7, send_at=due)), 202)["message"]
assert kept["send_at"] == due and kept["status"] == "queued", kept
cancel = f"{URL}/api/transactional/messages/{taken['id']}/cancel"
assert expect(api.post(cancel), 200)["message"]["status"] == "cancelled"
assert not captured.mails(CAPTURE, To="buyer7@example.com")
captured.waited(CAPTURE, To="buyer7@example.com")
sent = {}
while sent.get("status") != "sent":
    sent = expect(api.get(f"{URL}/api/transactional/messages/{kept['id']}"), 200)["message"]
assert sent["sent_at"] >= due, sent
assert expect(api.get(f"{URL}/api/transactional/messages/{taken['id']}"), 200)["message"]["status"] == "cancelled"
assert expect(api.post(f"{URL}/api/transactional/messages/{kept['id']}/cancel"), 409)["error"]["fields"] == {"status": "not_cancellable"}
replay = expect(api.post(f"{URL}/api/transactional/send", json=message(6, send_at=taken["send_at"])), 202)
assert replay["idempotent_replay"] is True and replay["message"]["status"] == "cancelled", replay
# A time that has gone is now; one that is none, or too far, is refused.
expect(api.post(f"{URL}/api/transactional/send", json=message(8, send_at=later(-60))), 202)
captured.waited(CAPTURE, To="buyer8@example.com")
for wrong in (later(400 * 86_400), "tomorrow", 7):
    answer = expect(api.post(f"{URL}/api/transactional/send", json=message(9, send_at=wrong)), 400)
    assert list(answer["error"]["fields"]) == ["send_at"], answer
assert sorted(mail["To"] for mail in captured.mails(CAPTURE)) == [f"buyer{number}@example.com" for number in (1, 2, 7, 8)]
