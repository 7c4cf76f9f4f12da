"""Our style sheets, scripts and faces: the same for everybody, and kept by browsers for as long as they stay the same.

A page names a file with the fingerprint of all of them in its address (``/static/3f2a9c…/js/main.js``), so that a
browser asks for it once; what one script imports from another keeps the fingerprint, since the address is relative.
Without the fingerprint the file is there too, asked for again each time (by ETag): what a service worker needs.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

__all__ = ["Static", "address", "fingerprint"]

_FOLDER = Path(__file__).parent / "static"

#: Types by ending, whatever the machine's own table says: a browser runs a script only under its right type.
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
}
_FOREVER = "public, max-age=31536000, immutable"


@cache
def fingerprint() -> str:
    """Sixteen hexadecimal digits that change when any of the files does."""
    whole = hashlib.sha256()
    for path in sorted(p for p in _FOLDER.rglob("*") if p.is_file()):
        whole.update(path.relative_to(_FOLDER).as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:16]


def address(name: str) -> str:
    """The address of one of our files, for as long as it stays the same."""
    return f"/static/{fingerprint()}/{name}"


class Static(StaticFiles):
    """Serves the folder ``static``; only GET and HEAD, only types it knows."""

    def __init__(self) -> None:
        super().__init__(directory=_FOLDER)

    async def get_response(self, path: str, scope: Scope) -> Response:
        if scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(405)
        first, _, rest = path.replace("\\", "/").partition("/")
        lasting = first == fingerprint()
        response = await super().get_response(rest if lasting else path, scope)
        response.headers["Cache-Control"] = _FOREVER if lasting and response.status_code < 400 else "no-cache"
        return response

    def file_response(self, full_path: Any, *args: Any, **more: Any) -> Response:
        response = super().file_response(full_path, *args, **more)
        ending = Path(full_path).suffix
        if ending not in _TYPES:
            raise HTTPException(404)
        if Path(full_path).name == "sw.js":
            response.headers["Service-Worker-Allowed"] = "/"
        if "content-type" in response.headers:
            response.headers["content-type"] = _TYPES[ending]
        return response
