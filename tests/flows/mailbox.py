"""A mail server on loopback that speaks as much SMTP as a client needs, and keeps what it was sent."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class Mailbox:
    """Where it listens, and what came: whole messages, and the envelopes' lines."""

    port: int = 0
    offers: tuple[str, ...] = ()
    messages: list[EmailMessage] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client, to its end."""
        writer.write(b"220 mailbox\r\n")
        while line := await reader.readline():
            word = line.decode().strip()
            self.said.append(word)
            if word.upper() == "DATA":
                writer.write(b"354 go on\r\n")
                text = await reader.readuntil(b"\r\n.\r\n")
                message = message_from_bytes(text.removesuffix(b".\r\n"), policy=policy.default)
                assert isinstance(message, EmailMessage)
                self.messages.append(message)
            writer.write(self._answer(word.upper()))
            if word.upper() == "QUIT":
                break
        writer.close()

    def _answer(self, word: str) -> bytes:
        if word.startswith("EHLO"):
            lines = ["mailbox", *self.offers]
            return "".join(f"250{' ' if line is lines[-1] else '-'}{line}\r\n" for line in lines).encode()
        if word.startswith("AUTH"):
            return b"235 welcome\r\n"
        return b"221 bye\r\n" if word == "QUIT" else b"250 fine\r\n"


@contextmanager
def mailbox(*offers: str) -> Iterator[Mailbox]:
    """One for the block; `offers`: what it says it can do, such as `AUTH PLAIN`."""
    box = Mailbox(offers=offers)
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(box.serve, "127.0.0.1", 0))
    box.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield box
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
