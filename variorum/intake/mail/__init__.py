"""Mails and news articles: one message, and the mailbox that holds many."""

from __future__ import annotations

from variorum.intake.mail import letter, mailbox

__all__ = ["FORMATS", "letter", "mailbox"]

FORMATS = (*mailbox.FORMATS, *letter.FORMATS)
