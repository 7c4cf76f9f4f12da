"""A client for the reader's application, in this process: requests as a browser sends them, without a server."""

from __future__ import annotations

import asyncio
import html.parser
import threading
from typing import Any

import httpx

HOME = "http://127.0.0.1:8000"


class Client:
    """Synchronous requests to one application; cookies are kept between them.

    The event loop has a thread of its own: in the test's thread Playwright's may be running.
    """

    def __init__(self, app: Any, peer: str = "127.0.0.1") -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(app, client=(peer, 4321)), base_url=HOME)

    @property
    def cookies(self) -> httpx.Cookies:
        return self._client.cookies

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self._run(self._client.get(path, **more))

    def head(self, path: str, **more: Any) -> httpx.Response:
        return self._run(self._client.head(path, **more))

    def post(self, path: str, **more: Any) -> httpx.Response:
        if not isinstance(more.get("content", b""), bytes):
            more["content"] = _pieces(more["content"])
        return self._run(self._client.post(path, **more))

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        return self._run(self._client.request(method, path, **more))

    def close(self) -> None:
        self._run(self._client.aclose())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(30)
        self._loop.close()

    def _run(self, request: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(request, self._loop).result(60)


async def _pieces(given: Any) -> Any:
    for piece in given:
        yield piece


class Checker(html.parser.HTMLParser):
    """Collects element names and attributes, and finds elements that are closed in the wrong order."""

    VOID = frozenset(("meta", "link", "input", "br", "hr", "img", "wbr"))

    def __init__(self, text):
        super().__init__()
        self.open, self.wrong, self.names, self.attributes, self.ids = [], [], set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        self.attributes += attrs
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in self.VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)
