"""Messages of Amazon SNS, signed as AWS signs them, with the test certificates of the folder `sns`."""

import base64
import hashlib
import json
import pathlib
import uuid
from datetime import datetime, timezone

FOLDER = pathlib.Path(__file__).parent / "sns"
REGION = "eu-west-1"
TOPIC = f"arn:aws:sns:{REGION}:123456789012:ses-events"
ORIGIN = f"https://sns.{REGION}.amazonaws.com"
# Names of certificate files as SNS makes them, and what stands behind each.
GOOD = "/SimpleNotificationService-" + "0123456789abcdef" * 2 + ".pem"
BUNDLE = "/SimpleNotificationService-" + "b" * 32 + ".pem"
FOREIGN = "/SimpleNotificationService-" + "f" * 32 + ".pem"
OTHER_HOST = "/SimpleNotificationService-" + "d" * 32 + ".pem"
JUNK = "/SimpleNotificationService-" + "c" * 32 + ".pem"

# The beginning of an RSA signature's padded block: which digest it holds (RFC 8017, 9.2).
PREFIX = {"1": bytes.fromhex("3021300906052b0e03021a05000414"), "2": bytes.fromhex("3031300d060960864801650304020105000420")}
DIGEST = {"1": hashlib.sha1, "2": hashlib.sha256}
KEY = {name: int(text, 16) for name, text in json.loads((FOLDER / "key.json").read_text()).items()}


def now():
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.") + "000Z"


def rsa_sign(text, version):
    size = (KEY["n"].bit_length() + 7) // 8
    digest = PREFIX[version] + DIGEST[version](text).digest()
    block = b"\0\1" + b"\xff" * (size - len(digest) - 3) + b"\0" + digest
    # By the two primes (RFC 8017, 5.1.2), which takes a quarter of the time.
    number = int.from_bytes(block, "big")
    first, second = pow(number, KEY["dp"], KEY["p"]), pow(number, KEY["dq"], KEY["q"])
    return (second + (first - second) * KEY["qinv"] % KEY["p"] * KEY["q"]).to_bytes(size, "big")


def sign(fields, version="2", certificate=GOOD):
    """A whole envelope: what is missing is filled in, then it is signed."""
    envelope = {
        "Type": "Notification",
        "MessageId": str(uuid.uuid4()),
        "TopicArn": TOPIC,
        "Message": "{}",
        "Timestamp": now(),
        "SignatureVersion": version,
        "SigningCertURL": ORIGIN + certificate,
        **fields,
    }
    if envelope["Type"] == "Notification":
        names = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
    else:
        envelope.setdefault("Token", "2336412f37fb687f5d51e6e2425e90")
        envelope.setdefault("SubscribeURL", f"{ORIGIN}/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token={envelope['Token']}")
        names = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
    text = "".join(f"{name}\n{envelope[name]}\n" for name in names if name in envelope)
    envelope["Signature"] = base64.b64encode(rsa_sign(text.encode(), version)).decode()
    return envelope


def der(name):
    lines = (FOLDER / name).read_text().strip().splitlines()
    return base64.b64decode("".join(lines[1:-1]))


def file(path):
    """What the SNS host or the authority has at a path; None for nothing."""
    pem = {
        GOOD: lambda: (FOLDER / "leaf.pem").read_bytes(),
        BUNDLE: lambda: (FOLDER / "leaf.pem").read_bytes() + (FOLDER / "intermediate.pem").read_bytes(),
        FOREIGN: lambda: (FOLDER / "foreign.pem").read_bytes(),
        OTHER_HOST: lambda: (FOLDER / "other-host.pem").read_bytes() + (FOLDER / "intermediate.pem").read_bytes(),
        JUNK: lambda: b"no certificate",
        "/intermediate.cer": lambda: der("intermediate.pem"),
        "/root.cer": lambda: der("root.pem"),
    }
    return pem[path]() if path in pem else None
