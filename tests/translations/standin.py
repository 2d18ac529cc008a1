"""A stand-in for a translation server: speaks LibreTranslate's protocol on loopback, and misbehaves when told to."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

Reply = Callable[[dict[str, Any]], tuple[int, bytes]]
SERVED = [
    {"code": "en", "name": "English", "targets": ["en", "ru", "zh"]},
    {"code": "ru", "name": "Russian", "targets": ["en", "ru"]},
]


def marked(asked: dict[str, Any]) -> tuple[int, bytes]:
    """The text with the language that was asked for before it, which is translation enough for a test."""
    return 200, json.dumps({"translatedText": f"[{asked['target']}] {asked['q']}"}).encode()


class StandIn(ThreadingHTTPServer):
    """The server; `asked` are the bodies that it was sent, `reply` what it answers to each."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[dict[str, Any]] = []
        self.reply: Reply = marked
        self.languages: bytes = json.dumps(SERVED).encode()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: StandIn

    def do_GET(self) -> None:
        self._answer(200, self.server.languages) if self.path == "/languages" else self._answer(404, b"{}")

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(asked)
        self._answer(*(self.server.reply(asked) if self.path == "/translate" else (404, b"{}")))

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", f"{self.server.url}/elsewhere")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing to say."""


@contextmanager
def standing_in() -> Iterator[StandIn]:
    """The server, running."""
    server = StandIn()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
