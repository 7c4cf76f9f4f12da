"""What Alembic runs: the migrations of the catalogue over the connection it is handed, in that connection's transaction."""

from __future__ import annotations

from alembic import context

from variorum.catalogue.schema import metadata

connection = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("the catalogue migrates itself when it is opened; `variorum rebuild` makes it anew from the vault")
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
