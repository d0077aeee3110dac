"""A real SMTP server (aiosmtpd) for tests.

    /usr/bin/python3 smtp_sink.py DIRECTORY

Prints `listening PORT`, puts each accepted message into DIRECTORY as `<number>.eml`, and ends when its standard input is closed.
Recipients choose what happens: `refuse@` 550, `later@` 451, `rate@` 454 at the recipient; `content@` 554 and `drop@` a lost connection
after the final dot.
"""

import asyncio
import itertools
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP

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
        (self.directory / f"{number}.eml").write_bytes(envelope.original_content)
        (self.directory / f"{number}.envelope").write_text(f"{envelope.mail_from} {envelope.rcpt_tos[0]}", encoding="utf-8")
        if local == "drop":
            server.transport.abort()
        return f"250 2.0.0 Ok: queued as Q{number}"


async def main():
    sink = Sink(Path(sys.argv[1]))
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(sink, hostname="sink"), "127.0.0.1", 0)
    ended = loop.create_future()
    loop.add_reader(sys.stdin, lambda: sys.stdin.buffer.read1(4096) or ended.done() or ended.set_result(None))
    print("listening", server.sockets[0].getsockname()[1], flush=True)
    await ended


asyncio.run(main())
