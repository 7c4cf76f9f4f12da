"""Markup as a light tree whose every node knows where it stands in the source."""

from __future__ import annotations
