"""A fake of SES API v2 for tests: same protocol, checks what it gets, misbehaves on demand.

    /usr/bin/python3 fake_ses.py [--port 0] [--log FILE]

Prints `listening PORT` when it serves. Accepts POST /v2/email/outbound-emails (Raw content only) and GET /v2/email/account.
Each request's SigV4 signature is recomputed by botocore, each message is read by Python's email package. An accepted message is
appended to FILE (one JSON object a line) before it is answered, so that what was accepted is known whatever happens to the client.

Control, without signature:
    GET  /control/messages   every accepted message: {"messages": [{"id", "to", "from", "tags", "subject", "size", "headers"}]}
    GET  /control/counts     {"accepted", "refused", "requests", "connections"}
    POST /control/faults     {"faults": [FAULT, …]}: the next requests take one each; {"fault": FAULT, "every": N} takes one in N until changed;
                             {"random": [FAULT, …], "share": 0.2, "seed": 1} takes any of them at random for a share of the requests
    POST /control/clock      {"offset": 600}: the server's clock; a signature more than five minutes from it is refused, with a Date header
    POST /control/account    changes the answer of GetAccount, for example {"MaxSendRate": 5}
    POST /control/latency    {"seconds": 0.01}
    POST /control/notify     {"url": URL, "bounces": 0.05, "transient": 0.0, "complaints": 0.02, "seed": 1, "copies": 0.3, "times": 1}: makes up
                             what became of each accepted message (the same for the same seed) and posts it to URL as SNS does, signed by
                             sns.py, shuffled, a share of it more than once, all of it `times` times; answers with
                             {"posted", "refused", "delivered": [tag m], "bounced": […], "soft": […], "complained": […]}
It serves SNS' certificates too, so that AWS_ENDPOINT_URL_SNS can name it.
FAULT is one of: throttle, quota, rejected, paused, unavailable, error_after_accept, close_before_reading, close_after_reading,
close_after_accept, reset_mid_body, stall, cut_reply, bad_json, expired, no_such_set, bad_gateway
With --with-parent it ends when its standard input is closed.
"""

import argparse
import asyncio
import base64
import datetime
import email
import email.policy
import itertools
import json
import random
import re
import socket
import struct
import sys
import time
import urllib.error
import urllib.request
from email.utils import formatdate

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

import sns

ACCESS_KEY = "AKIAFAKEFAKEFAKEFAKE"
SECRET_KEY = "fake/secret+key/for/tests"
TAG = re.compile(r"[A-Za-z0-9_\-.@:]{1,256}\Z")

ERRORS = {
    "throttle": (429, "TooManyRequestsException", "Maximum sending rate exceeded."),
    "quota": (429, "TooManyRequestsException", "Daily message quota exceeded."),
    "rejected": (400, "MessageRejected", "Email address is not verified."),
    "paused": (400, "SendingPausedException", "Sending is paused for this account."),
    "expired": (403, "ExpiredTokenException", "The security token included in the request is expired"),
    "no_such_set": (404, "NotFoundException", "Configuration set does not exist."),
    "unavailable": (503, "ServiceUnavailable", "Slow down."),
}


class Refused(Exception):
    def __init__(self, status, code, message):
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class FakeSES:
    def __init__(self, log):
        self.log = log
        self.messages = []
        self.faults = []
        self.repeating = (None, 0)
        self.random, self.share, self.dice = [], 0.0, random.Random(1)
        self.posts = 0
        self.clock = 0.0
        self.requests = self.refused = self.connections = 0
        self.numbers = itertools.count(1)
        self.latency = 0.0
        self.account = {
            "SendQuota": {"Max24HourSend": -1.0, "MaxSendRate": 100000.0, "SentLast24Hours": 0.0},
            "SendingEnabled": True,
            "ProductionAccessEnabled": True,
            "EnforcementStatus": "HEALTHY",
        }

    # Requests ---------------------------------------------------------------------------------------------------------

    async def serve(self, reader, writer):
        self.connections += 1
        try:
            while await self.one_request(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    async def one_request(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        method, target, headers = parse_head(head)
        length = int(headers.get("content-length", "0"))
        if target.startswith("/control/"):
            body = await reader.readexactly(length)
            if target == "/control/notify":
                answer(writer, 200, await asyncio.to_thread(self.notify, json.loads(body)))
            else:
                answer(writer, 200, self.control(method, target, body))
            await writer.drain()
            return True
        if method == "GET" and (file := sns.file(target)) is not None:
            answer(writer, 200, None, raw=file)
            await writer.drain()
            return True
        fault = self.next_fault() if method == "POST" else None
        if fault == "close_before_reading":
            return False
        if fault == "reset_mid_body":
            await reader.readexactly(min(length, 1024))
            reset(writer)
            return False
        body = await reader.readexactly(length)
        self.requests += 1
        if fault == "close_after_reading":
            return False
        if fault == "stall":
            await asyncio.sleep(3600)
        return await self.reply(writer, method, target, headers, body, fault)

    async def reply(self, writer, method, target, headers, body, fault):
        try:
            verify_signature(method, target, headers, body, time.time() + self.clock)
            if method == "GET" and target == "/v2/email/account":
                answer(writer, 200, self.account)
                await writer.drain()
                return True
            if method != "POST" or target != "/v2/email/outbound-emails":
                raise Refused(404, "NotFoundException", "no such operation")
            if fault in ERRORS:
                raise Refused(*ERRORS[fault])
            message = self.check(body)
        except Refused as refusal:
            self.refused += 1
            date = formatdate(time.time() + self.clock, usegmt=True)
            answer(writer, refusal.status, {"message": refusal.message}, {"x-amzn-ErrorType": refusal.code + ":", "Date": date})
            await writer.drain()
            return True
        if self.latency:
            await asyncio.sleep(self.latency)
        self.accept(message)
        return await self.after_acceptance(writer, message, fault)

    async def after_acceptance(self, writer, message, fault):
        if fault == "close_after_accept":
            return False
        if fault == "bad_gateway":
            answer(writer, 502, None, raw=b"<html>bad gateway</html>")
        elif fault == "error_after_accept":
            answer(writer, 500, {"message": "internal"}, {"x-amzn-ErrorType": "InternalServiceErrorException"})
        elif fault == "cut_reply":
            text = json.dumps({"MessageId": message["id"]}).encode()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(text) + text[:5])
            await writer.drain()
            return False
        elif fault == "bad_json":
            answer(writer, 200, None, raw=b"<html>oops</html>")
        else:
            answer(writer, 200, {"MessageId": message["id"]})
        await writer.drain()
        return True

    # Messages ---------------------------------------------------------------------------------------------------------

    def check(self, body):
        try:
            call = json.loads(body)
            raw = base64.b64decode(call["Content"]["Raw"]["Data"], validate=True)
            recipients = call["Destination"]["ToAddresses"]
            sender = call["FromEmailAddress"]
        except (ValueError, KeyError, TypeError) as error:
            raise Refused(400, "BadRequestException", f"malformed request: {error!r}") from error
        tags = {tag["Name"]: tag["Value"] for tag in call.get("EmailTags", [])}
        for name, value in tags.items():
            if not TAG.match(name) or not TAG.match(value):
                raise Refused(400, "BadRequestException", f"invalid tag {name}={value}")
        if len(recipients) != 1:
            raise Refused(400, "BadRequestException", "one recipient a call")
        for number, line in enumerate(raw.split(b"\r\n"), 1):
            if len(line) > 998 or b"\n" in line or b"\r" in line or b"\0" in line:
                raise Refused(400, "BadRequestException", f"line {number} is too long or has a bare CR, LF or NUL")
        parsed = email.message_from_bytes(raw, policy=email.policy.default)
        defects = [repr(defect) for part in parsed.walk() for defect in part.defects]
        if defects:
            raise Refused(400, "BadRequestException", f"MIME defects: {defects}")
        for name in ("From", "To", "Subject", "Date", "MIME-Version"):
            if len(parsed.get_all(name, [])) != 1:
                raise Refused(400, "BadRequestException", f"{name} must stand exactly once")
        return {
            "id": f"0100{next(self.numbers):020d}-000000",
            "to": recipients[0],
            "from": sender,
            "tags": tags,
            "subject": str(parsed["Subject"]),
            "configuration_set": call.get("ConfigurationSetName"),
            "size": len(raw),
            "headers": {name: str(value) for name, value in parsed.items()},
            "raw": base64.b64encode(raw).decode(),
            "accepted_at": time.time(),
        }

    def accept(self, message):
        if self.log:
            self.log.write(json.dumps(message) + "\n")
            self.log.flush()
        self.messages.append({name: value for name, value in message.items() if name != "raw"})

    # Notifications ----------------------------------------------------------------------------------------------------

    def notify(self, plan):
        dice = random.Random(plan.get("seed", 1))
        told = {"delivered": [], "bounced": [], "soft": [], "complained": []}
        events = []
        for message in self.messages:
            tag = message["tags"].get("m", "")
            events.append(self.event("Send", message, "send", {}))
            fate = dice.random()
            if fate < plan.get("bounces", 0):
                told["bounced"].append(tag)
                events.append(self.bounce(message, "Permanent", "General", "5.1.1"))
                continue
            if fate < plan.get("bounces", 0) + plan.get("transient", 0):
                told["soft"].append(tag)
                events.append(self.bounce(message, "Transient", "General", "4.4.7"))
                continue
            told["delivered"].append(tag)
            part = {"timestamp": self.at(message, 2), "processingTimeMillis": 1500, "recipients": [message["to"]], "smtpResponse": "250 ok"}
            events.append(self.event("Delivery", message, "delivery", part))
            if dice.random() < plan.get("complaints", 0):
                told["complained"].append(tag)
                part = {
                    "complainedRecipients": [{"emailAddress": message["to"]}],
                    "timestamp": self.at(message, 60),
                    "feedbackId": "complaint-" + message["id"],
                    "complaintSubType": None,
                    "complaintFeedbackType": "abuse",
                }
                events.append(self.event("Complaint", message, "complaint", part))
        texts = [json.dumps(event) for event in events] * plan.get("times", 1)
        texts += [text for text in texts if dice.random() < plan.get("copies", 0)]
        dice.shuffle(texts)
        told["posted"], told["refused"] = len(texts), 0
        for text in texts:
            # A copy by SNS has the id of the first; a copy by SES has its own.
            told["refused"] += self.post(plan["url"], sns.sign({"Message": text}, version=dice.choice(["1", "2"])))
        return told

    def bounce(self, message, kind, subtype, status):
        recipient = {"emailAddress": message["to"], "action": "failed", "status": status, "diagnosticCode": f"smtp; 550 {status} nobody here"}
        part = {
            "bounceType": kind,
            "bounceSubType": subtype,
            "bouncedRecipients": [recipient],
            "timestamp": self.at(message, 3),
            "feedbackId": "bounce-" + message["id"],
            "reportingMTA": "dns; mta.example.net",
        }
        return self.event("Bounce", message, "bounce", part)

    def event(self, kind, message, name, part):
        mail = {
            "timestamp": self.at(message, 0),
            "messageId": message["id"],
            "source": message["from"],
            "sendingAccountId": "123456789012",
            "destination": [message["to"]],
            "headersTruncated": False,
            "tags": {tag: [value] for tag, value in message["tags"].items()} | {"ses:configuration-set": ["datamailer"]},
        }
        return {"eventType": kind, "mail": mail, name: part}

    def at(self, message, seconds):
        moment = datetime.datetime.fromtimestamp(message["accepted_at"] + seconds, datetime.timezone.utc)
        return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"

    def post(self, url, envelope):
        """Like SNS: again until it is taken; true when it is refused."""
        request = urllib.request.Request(url, json.dumps(envelope).encode(), {"Content-Type": "text/plain; charset=UTF-8"})
        for _ in range(50):
            try:
                with urllib.request.urlopen(request, timeout=15):
                    return False
            except urllib.error.HTTPError as error:
                if error.code < 500:
                    return True
            except OSError:
                pass
            time.sleep(0.1)
        return True

    # Control ----------------------------------------------------------------------------------------------------------

    def next_fault(self):
        self.posts += 1
        if self.faults:
            return self.faults.pop(0)
        if self.random and self.dice.random() < self.share:
            return self.dice.choice(self.random)
        fault, every = self.repeating
        return fault if fault and every and self.posts % every == 0 else None

    def control(self, method, target, body):
        if target == "/control/messages":
            return {"messages": self.messages}
        if target == "/control/counts":
            return {"accepted": len(self.messages), "refused": self.refused, "requests": self.requests, "connections": self.connections}
        change = json.loads(body)
        if target == "/control/faults":
            self.faults = change.get("faults", [])
            self.repeating = (change.get("fault"), change.get("every", 0))
            self.random, self.share = change.get("random", []), change.get("share", 0.0)
            self.dice = random.Random(change.get("seed", 1))
        elif target == "/control/clock":
            self.clock = change["offset"]
        elif target == "/control/account":
            self.account["SendQuota"].update({k: v for k, v in change.items() if k in self.account["SendQuota"]})
            self.account.update({k: v for k, v in change.items() if k in self.account})
        elif target == "/control/latency":
            self.latency = change["seconds"]
        return {}


def parse_head(head):
    lines = head.decode("latin-1").split("\r\n")
    method, target, _ = lines[0].split(" ", 2)
    headers = {}
    for line in lines[1:]:
        if line:
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
    return method, target, headers


def verify_signature(method, target, headers, body, now):
    match = re.match(
        r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})\Z",
        headers.get("authorization", ""),
    )
    if not match:
        raise Refused(403, "IncompleteSignature", "no usable Authorization header")
    key, _, region, service, signed, signature = match.groups()
    if key != ACCESS_KEY:
        raise Refused(403, "UnrecognizedClientException", "unknown access key")
    if service != "ses":
        raise Refused(403, "SignatureDoesNotMatch", f"service {service}")
    names = signed.split(";")
    if "host" not in names or "x-amz-date" not in names:
        raise Refused(403, "SignatureDoesNotMatch", "host and x-amz-date must be signed")
    missing = [name for name in names if name not in headers]
    if missing:
        raise Refused(403, "SignatureDoesNotMatch", f"signed but not sent: {missing}")
    stamp = datetime.datetime.strptime(headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    if abs(stamp.timestamp() - now) > 300:
        raise Refused(403, "InvalidSignatureException", "Signature expired or not yet current")
    request = AWSRequest(
        method=method,
        url=f"http://{headers['host']}{target}",
        headers={name: headers[name] for name in names},
        data=body,
    )
    request.context["timestamp"] = headers["x-amz-date"]
    auth = SigV4Auth(Credentials(ACCESS_KEY, SECRET_KEY), service, region)
    expected = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
    if expected != signature:
        raise Refused(403, "SignatureDoesNotMatch", "the signature does not match")


def answer(writer, status, value, headers=None, raw=None):
    text = raw if raw is not None else json.dumps(value).encode()
    lines = [f"HTTP/1.1 {status} X", "Content-Type: application/json", f"Content-Length: {len(text)}"]
    lines += [f"{name}: {content}" for name, content in (headers or {}).items()]
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode() + text)


def reset(writer):
    raw_socket = writer.get_extra_info("socket")
    raw_socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log")
    parser.add_argument("--with-parent", action="store_true")
    arguments = parser.parse_args()
    log = open(arguments.log, "a", encoding="utf-8") if arguments.log else None
    fake = FakeSES(log)
    server = await asyncio.start_server(fake.serve, "127.0.0.1", arguments.port, limit=16 * 1024 * 1024)
    print("listening", server.sockets[0].getsockname()[1], flush=True)
    loop = asyncio.get_running_loop()
    ended = loop.create_future()
    if arguments.with_parent:
        loop.add_reader(sys.stdin, lambda: sys.stdin.buffer.read1(4096) or ended.done() or ended.set_result(None))
    async with server:
        await ended


asyncio.run(main())
