"""Credit: who made a work, what inspired it, where else it stands, and which names are one person.

`read_claims` reads one copy; `agents` gathers names over many claims. Values in, values out; nothing is looked
up on the network, and no two names are joined by likeness. docs/provenance.md says what is read and how well.
"""

from __future__ import annotations

from variorum.provenance.agents import Node, agents, ends_of, find_agent, gather, meant_by, node_of, ruled
from variorum.provenance.exports import EXPORTS, cite, export, sheet
from variorum.provenance.reading import NOWHERE, placed, read_claims
from variorum.provenance.statements import ROLES, statements_in
from variorum.provenance.values import Alias, Mention, Provenance, Statement, is_nobody, split_key, who

__all__ = [
    "EXPORTS",
    "NOWHERE",
    "ROLES",
    "Alias",
    "Mention",
    "Node",
    "Provenance",
    "Statement",
    "agents",
    "cite",
    "ends_of",
    "export",
    "find_agent",
    "gather",
    "is_nobody",
    "meant_by",
    "node_of",
    "placed",
    "read_claims",
    "ruled",
    "sheet",
    "split_key",
    "statements_in",
    "who",
]
