"""A real SMTP server (aiosmtpd) for tests.

    /usr/bin/python3 smtp_sink.py DIRECTORY [starttls|implicit CERTIFICATE KEY [USER PASSWORD]]

Prints `listening PORT`, puts each accepted message into DIRECTORY as `<number>.eml`, and ends when its standard input is closed.
`<number>.session` says by which of its connections the message came, by which version of TLS, and who had logged in.
With TLS nothing is taken without it, with a user nothing without a login. Recipients choose what happens: `refuse@` 550, `later@` 451,
`rate@` 454 at the recipient; `content@` 554 and `drop@` a lost connection after the final dot.
"""

import asyncio
import itertools
import json
import ssl
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

REPLIES = {"refuse": "550 5.1.1 no such user", "later": "451 4.3.0 later", "rate": "454 Throttling failure: Maximum sending rate exceeded."}


class Sink:
    def __init__(self, directory):
        self.directory = directory
        self.numbers = itertools.count(1)

    async def handle_RCPT(self, server, session, envelope, address, options):
        reply = REPLIES.get(address.split("@")[0])
        if reply:
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        local = envelope.rcpt_tos[0].split("@")[0]
        if local == "content":
            return "554 5.6.0 no such content"
        number = next(self.numbers)
        tls = server.transport.get_extra_info("ssl_object")
        told = {"connection": server.number, "tls": tls and tls.version(), "login": session.auth_data}
        (self.directory / f"{number}.session").write_text(json.dumps(told), encoding="utf-8")
        (self.directory / f"{number}.envelope").write_text(f"{envelope.mail_from} {envelope.rcpt_tos[0]}", encoding="utf-8")
        (self.directory / f"{number}.eml").write_bytes(envelope.original_content)
        if local == "drop":
            server.transport.abort()
        return f"250 2.0.0 Ok: queued as Q{number}"


def factory(directory, mode, context, login):
    sink = Sink(directory)
    connections = itertools.count(1)
    settings = {"hostname": "sink"}
    if mode == "starttls":
        settings |= {"tls_context": context, "require_starttls": True}
    if login:

        def authenticate(server, session, envelope, mechanism, data):
            given = (data.login, data.password) if isinstance(data, LoginPassword) else None
            isGood = given == tuple(word.encode() for word in login)
            return AuthResult(success=isGood, handled=isGood, auth_data=login[0] if isGood else None)

        settings |= {"authenticator": authenticate, "auth_required": True, "auth_require_tls": mode == "starttls"}

    def make():
        server = SMTP(sink, **settings)
        server.number = next(connections)
        return server

    return make


async def main():
    directory, mode, *rest = sys.argv[1:] + ["plain"] * (len(sys.argv) == 2)
    context = None
    if mode != "plain":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(rest[0], rest[1])
    make = factory(Path(directory), mode, context, rest[2:])
    loop = asyncio.get_running_loop()
    server = await loop.create_server(make, "127.0.0.1", 0, ssl=context if mode == "implicit" else None)
    ended = loop.create_future()
    loop.add_reader(sys.stdin, lambda: sys.stdin.buffer.read1(4096) or ended.done() or ended.set_result(None))
    print("listening", server.sockets[0].getsockname()[1], flush=True)
    await ended


asyncio.run(main())
