"""What guards every answer: headers, Host, the origin of what changes something, the size of what is sent.

One pure ASGI layer around the whole application, so that no page can forget it. The policy lets our own script files
run and nothing else: no inline script, no string made into code or markup, nothing from another host. Bytes as they
were received are sandboxed whole (`ORIGINAL_POLICY`) and carry a type that no browser runs.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["BODY_LIMIT", "LOOPBACK", "ORIGINAL_POLICY", "POLICY", "Guard"]

#: Names this machine answers to itself.
LOOPBACK = ("127.0.0.1", "localhost", "::1")

#: Bytes a request may send: our forms send a few hundred.
BODY_LIMIT = 64 << 10

#: What every page of ours may do. Scripts come from here and nowhere else, and only as files: no inline script, no
#: string made into code or markup (``variorum`` is the one trusted-types policy, for the address of the service worker).
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types variorum"
)

#: For bytes as they were received: they may do nothing at all.
ORIGINAL_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}


#: A Host header: a name, or an IPv6 address in brackets; then perhaps a port.
_HOST = re.compile(r"(?:\[([^\s\[\]@/]+)\]|([^\s:@/\[\]]+))(?::[0-9]{0,5})?")


class _TooLarge(Exception):
    """More bytes than a request may send."""


class Guard:
    """The layer. ``hosts`` are names besides the loopback ones that requests may use; ``*`` is not among them on purpose."""

    def __init__(self, app: ASGIApp, hosts: Collection[str] = ()) -> None:
        self.app = app
        self.hosts = frozenset(name.lower().strip("[]") for name in (*LOOPBACK, *hosts))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        guarded = _with_headers(send)
        refusal = self._refusal(scope["method"], headers)
        if refusal is not None:
            status, reason = refusal
            await PlainTextResponse(reason + "\n", status)(scope, receive, guarded)
            return
        try:
            await self.app(scope, _bounded(receive), guarded)
        except _TooLarge:
            await PlainTextResponse("More was sent than any form of ours sends.\n", 413)(scope, receive, guarded)

    def _refusal(self, method: str, headers: Headers) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if _name(host) not in self.hosts:
            return 400, "This library does not answer to that name. Start it with --host to give it another."
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > BODY_LIMIT:
            return 413, "More was sent than any form of ours sends."
        if method not in ("GET", "HEAD", "OPTIONS") and not _own(headers, host):
            return 403, "This came from another site, and other sites may change nothing here."
        if (
            headers.get("sec-fetch-site") in ("cross-site", "same-site")
            and headers.get("sec-fetch-mode", "navigate") != "navigate"
        ):
            # A page elsewhere may link to us. It may not load us as a picture, a script or a frame and learn from how long that takes.
            return 403, "Another site asked for a part of this library, and other sites get none."
        return None


def _name(host: str) -> str:
    """The name in a Host header, without the port; empty when the header is anything but a name and a port."""
    match = _HOST.fullmatch(host)
    return (match[1] or match[2]).lower() if match is not None else ""


def _own(headers: Headers, host: str) -> bool:
    """Whether a request that changes something comes from a page of ours.

    Browsers say so in ``Sec-Fetch-Site`` (over https and on this machine) or in ``Origin``, old ones at least in
    ``Referer``; what sends none of them is no browser that another site could steer (the rule of Go's
    CrossOriginProtection, and one step more).
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    said = headers.get("origin", headers.get("referer"))
    if said is None:
        return True
    try:
        return urlsplit(said).netloc.lower() == host.lower()
    except ValueError:
        return False


def _bounded(receive: Receive) -> Receive:
    taken = 0

    async def bounded() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > BODY_LIMIT:
            raise _TooLarge
        return message

    return bounded


def _with_headers(send: Send) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers[name] = value
            headers.setdefault("Content-Security-Policy", POLICY)
            headers.setdefault("Cache-Control", "private, no-store")
        await send(message)

    return guarded
