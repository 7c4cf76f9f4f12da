"""What every database of ours needs: the change to a write-ahead log, whoever comes at the same moment."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from variorum.catalogue.connect import make_engine, reading, writing
from variorum.sqlite import into_wal


def test_all_come_into_wal_at_once(tmp_path: Path) -> None:
    """Sixteen connections that open a fresh file at the same moment all get the log, in each of thirty files."""

    def open_one(path: Path, barrier: threading.Barrier) -> str:
        with closing(sqlite3.connect(path, timeout=10, isolation_level=None)) as connection:
            barrier.wait(30)
            into_wal(connection, 10)
            connection.execute("CREATE TABLE IF NOT EXISTS t (x)")
            return str(connection.execute("PRAGMA journal_mode").fetchone()[0])

    with ThreadPoolExecutor(16) as pool:
        for number in range(30):
            barrier = threading.Barrier(16)
            path = tmp_path / f"{number}.sqlite3"
            assert list(pool.map(lambda _: open_one(path, barrier), range(16))) == ["wal"] * 16  # noqa: B023 - the map is used up within the turn


def test_a_database_that_stays_busy_is_said(tmp_path: Path) -> None:
    """Who holds the file for longer than one is willing to wait gives SQLite's own error, not an endless wait."""
    path = tmp_path / "held.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as holder, closing(sqlite3.connect(path, timeout=0)) as other:
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            into_wal(other, 0.05)


def test_a_writer_holds_more_pages_than_a_reader(tmp_path: Path) -> None:
    """Entering a chunk touches pages all over the catalogue: a writer keeps them at hand, as many as readers never need."""
    engine = make_engine(tmp_path / "catalogue.db")
    with reading(engine) as connection:
        usual = connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
    with writing(engine) as connection:
        assert abs(connection.exec_driver_sql("PRAGMA cache_size").scalar_one()) > 8 * abs(usual)
    engine.dispose()
