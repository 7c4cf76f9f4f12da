"""The web reader: server-rendered pages that work without script and load nothing from elsewhere."""

from __future__ import annotations

from variorum.doors.web.app import create_app

__all__ = ["create_app"]
