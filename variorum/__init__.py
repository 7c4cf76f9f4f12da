"""Variorum keeps fan works on their keeper's own machine."""

from __future__ import annotations
