"""Tumblr: posts as the API gives them, the backup tool's pages, posts saved from a blog; reblog chains taken apart."""

from __future__ import annotations

from variorum.intake.tumblr import posts, saved

__all__ = ["FORMATS", "posts", "saved"]

FORMATS = (*posts.FORMATS, *saved.FORMATS)
