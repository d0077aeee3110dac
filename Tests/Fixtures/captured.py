"""The mail that a client's recipients got: the messages of the capture folder, as Python's email package reads them."""
import email
import email.policy
import pathlib
import time


def mails(folder, **headers):
    """All messages whose headers have these values."""
    found = []
    for path in sorted(pathlib.Path(folder).glob("*.eml")):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        if all(message[name] == value for name, value in headers.items()):
            found.append(message)
    return found


def waited(folder, count=1, **headers):
    """The messages once there are that many; an error when they do not come within 30 s."""
    deadline = time.monotonic() + 30
    while len(found := mails(folder, **headers)) < count:
        assert time.monotonic() < deadline, (f"{len(found)} mails of {count}", headers, [mail["To"] for mail in mails(folder)])
        time.sleep(0.05)
    return found


def text(message):
    return message.get_body(("plain",)).get_content()


def html(message):
    return message.get_body(("html",)).get_content()
