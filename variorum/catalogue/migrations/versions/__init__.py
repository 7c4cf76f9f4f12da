"""The steps from one schema of the catalogue to the next (Alembic)."""
