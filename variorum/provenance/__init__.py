"""Credit: who made a work, what inspired it, where else it stands, and which names are one person.

`read_claims` reads one copy; `agents` gathers names over many claims. Values in, values out; nothing is looked
up on the network, and no two names are joined by likeness. docs/provenance.md says what is read and how well.
"""

from __future__ import annotations

from variorum.provenance.agents import agents, find_agent
from variorum.provenance.reading import read_claims
from variorum.provenance.statements import ROLES, statements_in
from variorum.provenance.values import Alias, Mention, Provenance, Statement, is_nobody, split_key, who

__all__ = [
    "ROLES",
    "Alias",
    "Mention",
    "Provenance",
    "Statement",
    "agents",
    "find_agent",
    "is_nobody",
    "read_claims",
    "split_key",
    "statements_in",
    "who",
]
