"""Columns as the tables of the catalogue have them, and the text that may stand in one."""

from __future__ import annotations

import sqlalchemy as sa

from variorum.text import shown

__all__ = ["clean", "id_", "metadata", "of_witness", "of_work", "text", "whole"]

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def clean(text: str) -> str:
    """The text as a column may hold it."""
    return shown(text).replace("\x00", "\ufffd")


def id_(name: str, **more: object) -> sa.Column[str]:
    """An id of ours."""
    return sa.Column(name, sa.String(128), **more)  # type: ignore[arg-type]


def text(name: str, *, null: bool = False) -> sa.Column[str]:
    """Text of any length."""
    return sa.Column(name, sa.Text, nullable=null)


def whole(name: str, *, null: bool = False) -> sa.Column[int]:
    """A whole number of 64 bits."""
    return sa.Column(name, sa.BigInteger, nullable=null)


def of_witness(*, part_of_key: bool = True) -> sa.Column[str]:
    """The copy a row hangs on, and goes with."""
    return sa.Column(
        "witness", sa.String(128), sa.ForeignKey("witnesses.witness", ondelete="CASCADE"), primary_key=part_of_key, nullable=False
    )


def of_work() -> sa.Column[str]:
    """The work a row hangs on, and goes with."""
    return sa.Column("work", sa.String(128), sa.ForeignKey("works.work", ondelete="CASCADE"), primary_key=True)
