"""The tables of the catalogue: one MetaData for SQLite and PostgreSQL.

Everything here can be rebuilt from the vault. Text that reaches a column has passed `clean`: no NUL, no
lone surrogate (PostgreSQL refuses both). Documents are bytes and keep every character exactly.
"""

from __future__ import annotations

import sqlalchemy as sa

from variorum.catalogue.columns import clean, metadata
from variorum.catalogue.columns import id_ as _id
from variorum.catalogue.columns import of_witness as _of_witness
from variorum.catalogue.columns import of_work as _of_work
from variorum.catalogue.columns import text as _text
from variorum.catalogue.columns import whole as _whole

__all__ = [
    "HEAD",
    "REVISIONS",
    "agent_names",
    "agents",
    "buckets",
    "claims",
    "clean",
    "common",
    "documents",
    "fresh",
    "items",
    "kin",
    "lost",
    "marks",
    "metadata",
    "named",
    "pieces",
    "provenance",
    "receptions",
    "relations",
    "retired",
    "rulings",
    "several",
    "state",
    "tag_names",
    "tags",
    "texts",
    "told",
    "versions",
    "witness_items",
    "witnesses",
    "works",
    "worn",
    "wrangled",
]

#: The revisions of migrations/versions, the oldest first (a test compares them).
REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011", "0012", "0013")
HEAD = REVISIONS[-1]

#: Numbers and words about the catalogue itself: ``order``, ``change``, ``identity``.
state = sa.Table("state", metadata, _id("key", primary_key=True), _text("value"))

items = sa.Table(
    "items",
    metadata,
    _id("digest", primary_key=True),
    _whole("size"),
    _text("name"),
    _id("accession", nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("format", sa.String(64)),
    sa.Column("problem_code", sa.String(64)),
    _text("problem_reason", null=True),
    _whole("order"),
)

#: Every time something was offered, also what was known already or skipped.
receptions = sa.Table(
    "receptions",
    metadata,
    _id("accession", primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    _id("digest", index=True),
    _text("name"),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("problem_code", sa.String(64)),
    _text("problem_reason", null=True),
    _whole("order"),
)

works = sa.Table(
    "works",
    metadata,
    _id("work", primary_key=True),
    sa.Column("order", sa.BigInteger, nullable=False, index=True),  # of its earliest witness
    sa.Column("adult", sa.Boolean),
    _id("base"),
    _whole("words"),
    sa.Column("chapters", sa.Integer, nullable=False),
    sa.Column("versions", sa.Integer, nullable=False),
    _text("metadata"),
    _text("taken_from"),
    sa.Column("lost", sa.Integer, nullable=False),
    sa.Column("change", sa.BigInteger, nullable=False, index=True),
)

#: Work ids that were joined into another, for ever; also what the text index must forget.
retired = sa.Table(
    "retired",
    metadata,
    _id("work", primary_key=True),
    _id("kept", index=True),
    sa.Column("change", sa.BigInteger, nullable=False, index=True),
)

witnesses = sa.Table(
    "witnesses",
    metadata,
    _id("witness", primary_key=True),
    sa.Column("work", sa.String(128), sa.ForeignKey("works.work"), nullable=False),
    sa.Column("siglum", sa.String(16), nullable=False),
    _whole("order"),
    _id("digest", nullable=False, index=True),
    _text("place"),
    _text("name"),
    sa.Column("format", sa.String(64), nullable=False),
    _id("accession", nullable=False),
    sa.Column("added", sa.String(40), nullable=False),
    _text("site", null=True),
    _text("url", null=True),
    sa.Column("address", sa.String(300), index=True),
    _text("captured", null=True),
    _whole("words"),
    sa.Column("chapters", sa.Integer, nullable=False),
    sa.Column("extent", sa.String(16), nullable=False),
    _id("version_key", nullable=False, index=True),
    _whole("tokens"),
    sa.Column("base", sa.Boolean, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("kinship", sa.String(16), nullable=False),
    sa.Column("applied", sa.Integer, nullable=False),  # emendations that stand
    sa.Column("proposed", sa.Integer, nullable=False),  # emendations only offered
    sa.Column("look", sa.Integer, nullable=False, server_default="0"),  # of those that stand, the ones to look at
    sa.Column("respelt", sa.Boolean, nullable=False),  # a word reads differently from how it came
    _text("metadata"),
    sa.UniqueConstraint("work", "siglum"),
)

witness_items = sa.Table(
    "witness_items",
    metadata,
    _of_witness(),
    sa.Column("position", sa.Integer, primary_key=True),
    _id("digest", nullable=False, index=True),
)

documents = sa.Table(
    "documents",
    metadata,
    _of_witness(),
    sa.Column("schema", sa.Integer, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
)

#: The story as it reads, for search and its snippets.
texts = sa.Table("texts", metadata, _of_witness(), sa.Column("data", sa.LargeBinary, nullable=False))

#: The ids of a document's emendations, each after a space: a ruling names one by its beginning.
marks = sa.Table("marks", metadata, _of_witness(), _text("emendations"))

claims = sa.Table(
    "claims",
    metadata,
    _of_witness(),
    sa.Column("position", sa.Integer, primary_key=True),
    _id("claim", nullable=False, index=True),
    _text("subject"),
    sa.Column("relation", sa.String(64), nullable=False),
    _text("object"),
    _text("evidence"),
    sa.Column("rule", sa.String(128), nullable=False),
    sa.Column("certainty", sa.Float, nullable=False),
    _id("ruling"),
)

relations = sa.Table(
    "relations",
    metadata,
    _of_witness(),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("address", sa.String(300), index=True),
    _text("relation"),
)

lost = sa.Table(
    "lost",
    metadata,
    _of_witness(),
    sa.Column("position", sa.Integer, primary_key=True),
    _text("site"),
    _text("url", null=True),
    _text("evidence"),
)

#: Creators, links and wishes read out of a witness, as one JSON value.
provenance = sa.Table("provenance", metadata, _of_witness(), _text("data"))

#: Typed tags of works, as facets and suggestions count them.
tags = sa.Table(
    "tags",
    metadata,
    _of_work(),
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    _text("value"),
    sa.Column("key", sa.String(100), nullable=False),  # folded and cut: what suggestions begin with
    sa.Index(None, "kind", "key"),
)

agents = sa.Table(
    "agents", metadata, _id("agent", primary_key=True), sa.Column("certainty", sa.Float, nullable=False), _text("names")
)

rulings = sa.Table(
    "rulings",
    metadata,
    _id("ruling", primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False, unique=True),
    sa.Column("kind", sa.String(32), nullable=False),
    _text("on"),
    _text("by"),
    sa.Column("at", sa.String(40), nullable=False),
    _text("why", null=True),
    _id("undoes"),
    _id("step", index=True),  # what was ruled at once has one
)

# ---------------------------------------------------------------- 0002: finding copies by their text

#: Distinct texts, by their normalised words, and the sketch that stands for each: equal copies count once,
#: and a text that rescue changed keeps the sketch of the words as they came.
versions = sa.Table(
    "versions",
    metadata,
    _id("version_key", primary_key=True),
    sa.Column("sketch", sa.Integer, nullable=False, index=True),
    _whole("tokens"),
)

#: Hashes that stand in too many distinct texts to say anything: a licence, a template, a phrase of the fandom.
#: ``texts``: in how many; null where it was not counted, before 0010.
common = sa.Table(
    "common",
    metadata,
    sa.Column("hash", sa.BigInteger, primary_key=True, autoincrement=False),  # a signed view of the unsigned 64 bits
    _whole("texts", null=True),
    sqlite_with_rowid=False,
)

#: Verdicts on two witnesses, also of different works (anthology, quotes); the first to the second.
kin = sa.Table(
    "kin",
    metadata,
    sa.Column("a", sa.String(128), sa.ForeignKey("witnesses.witness", ondelete="CASCADE"), primary_key=True),
    sa.Column("b", sa.String(128), sa.ForeignKey("witnesses.witness", ondelete="CASCADE"), primary_key=True, index=True),
    sa.Column("verdict", sa.String(16), nullable=False),
    sa.Column("resemblance", sa.Float, nullable=False),
    sa.Column("a_in_b", sa.Float, nullable=False),
    sa.Column("b_in_a", sa.Float, nullable=False),
)

# ---------------------------------------------------------------- 0003: agents by name

#: What an agent may be mentioned as, folded and cut: a name, or a name at a site.
agent_names = sa.Table(
    "agent_names",
    metadata,
    sa.Column("agent", sa.String(128), sa.ForeignKey("agents.agent", ondelete="CASCADE"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("key", sa.String(200), nullable=False, index=True),
)

# ---------------------------------------------------------------- 0004: works told of

#: What an item that holds no text says of works: a list of bookmarks, a tool's metadata. In the item's order.
told = sa.Table(
    "told",
    metadata,
    sa.Column("digest", sa.String(128), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("order", sa.BigInteger, nullable=False),
    sa.Column("address", sa.String(300), nullable=True, index=True),
    _text("metadata"),
)

# ---------------------------------------------------------------- 0005: who is named where

#: Which claim names whom: the name as it is told apart (``name@site@``, or ``name@@work`` without a site), the name
#: alone, and the agent behind it. ``side`` is 1 for the second end of an alias.
named = sa.Table(
    "named",
    metadata,
    _of_witness(),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("side", sa.Integer, primary_key=True),
    sa.Column("key", sa.String(300), nullable=False, index=True),
    sa.Column("name", sa.String(100), nullable=False, index=True),
    sa.Column("agent", sa.String(128), index=True),
)

# ---------------------------------------------------------------- 0006: pieces of copies

#: Items that are pieces of one copy, each with its own document as it was mended alone. The copy is a row of
#: ``witnesses`` like any other; its id is that of its earliest piece.
pieces = sa.Table(
    "pieces",
    metadata,
    sa.Column("piece", sa.String(128), primary_key=True),
    sa.Column("copy", sa.String(128), sa.ForeignKey("witnesses.witness", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("order", sa.BigInteger, nullable=False),
    sa.Column("digest", sa.String(128), nullable=False),
    sa.Column("format", sa.String(64), nullable=False),
    sa.Column("version_key", sa.String(128), nullable=False, index=True),
    _text("metadata"),
    sa.Column("data", sa.LargeBinary, nullable=False),
)

# ---------------------------------------------------------------- 0008: what tags are called

#: What a person said of two tags: one is another name for the other, or stands under it, or is neither.
wrangled = sa.Table(
    "wrangled",
    metadata,
    sa.Column("relation", sa.String(16), primary_key=True),
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("key", sa.String(100), primary_key=True),
    sa.Column("of_kind", sa.String(16), primary_key=True),
    sa.Column("of_key", sa.String(100), primary_key=True),
    _text("tag"),
    _text("of"),
    sa.Column("at", sa.String(40), nullable=False),
)

#: Worked out of it: each spelling of a group of synonyms, and the canonical name that group is counted under.
tag_names = sa.Table(
    "tag_names",
    metadata,
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("key", sa.String(100), primary_key=True),
    _text("value"),
    sa.Column("canonical_key", sa.String(100), nullable=False),
    _text("canonical"),
    sa.Index(None, "kind", "canonical_key"),
)

# ---------------------------------------------------------------- 0009: sketches, packed

#: Which sketch holds which hash, as `postings.py` packs it.
_bucket = sa.Column("bucket", sa.Integer, primary_key=True, autoincrement=False)
buckets = sa.Table("buckets", metadata, _bucket, sa.Column("data", sa.LargeBinary, nullable=False))

#: The common hashes of a sketch (8 bytes each, little endian): when texts go they may be common no more.
_sketch = sa.Column("sketch", sa.Integer, primary_key=True, autoincrement=False)
worn = sa.Table("worn", metadata, _sketch, sa.Column("hashes", sa.LargeBinary, nullable=False))

#: The postings of the latest texts, as `fresh.py` keeps them: names ascending, 8 bytes each, and the texts they stand in, 4 each.
_level = sa.Column("level", sa.BigInteger, primary_key=True, autoincrement=False)
_columns = [sa.Column(name, sa.LargeBinary, nullable=False) for name in ("names", "numbers")]
fresh = sa.Table("fresh", metadata, _level, *_columns)

# ---------------------------------------------------------------- 0013: works held more than once

#: One row for each work of which several copies are held: what the page of duplicates filters and orders by. A page of it,
#: and its counts, cost what these works are, not what the library holds.
several = sa.Table(
    "several",
    metadata,
    _of_work(),
    sa.Column("title", sa.String(100), nullable=False),  # folded and cut: what is sorted by
    _text("said"),  # title and creators, folded: what is looked in
    sa.Column("copies", sa.Integer, nullable=False),
    sa.Column("differ", sa.String(16), nullable=False),
    sa.Column("sure", sa.Float, nullable=False),
    sa.Column("ruled", sa.Boolean, nullable=False),
    sa.Column("added", sa.String(40), nullable=False),  # its latest copy
)
