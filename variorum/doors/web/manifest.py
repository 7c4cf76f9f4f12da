"""The reader as an app of its own on a phone or a desk: its name, its icons, where it begins, the colours around it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from variorum.doors.web.assets import address
from variorum.doors.web.settings import PAPERS

if TYPE_CHECKING:
    from variorum.doors.web.desk import Desk

__all__ = ["manifest"]

_ICONS = (
    ("mark.svg", "any", "image/svg+xml", "any"),
    ("icon-192.png", "192x192", "image/png", "any"),
    ("icon-512.png", "512x512", "image/png", "any"),
    ("mark-maskable.svg", "any", "image/svg+xml", "maskable"),
    ("icon-maskable-512.png", "512x512", "image/png", "maskable"),
)
_SHORTCUTS = (
    ("Search", "/#q", "Words, phrases and fields"),
    ("Your shelves", "/shelves", "Works on your own lists"),
    ("Your notes", "/notes", "Highlights and notes"),
    ("On this device", "/offline", "What can be read without the library"),
)


def manifest(_desk: Desk, _request: Request) -> Response:
    """``/manifest.webmanifest``: what a browser needs to install the reader (W3C Web Application Manifest)."""
    icon = {"src": address("icon-192.png"), "sizes": "192x192", "type": "image/png"}
    told = {
        "id": "/",
        "name": "Variorum",
        "short_name": "Variorum",
        "description": "Fan works, all their copies and their credits, kept on your own machine.",
        "lang": "en",
        "dir": "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "display_override": ["standalone", "minimal-ui"],
        "theme_color": PAPERS["light"],
        "background_color": PAPERS["light"],
        "categories": ["books"],
        "icons": [
            {"src": address(name), "sizes": sizes, "type": media, "purpose": purpose} for name, sizes, media, purpose in _ICONS
        ],
        "shortcuts": [{"name": name, "url": url, "description": about, "icons": [icon]} for name, url, about in _SHORTCUTS],
    }
    return Response(json.dumps(told), media_type="application/manifest+json")
