"""The verb that opens the reader."""

from __future__ import annotations

import click

from variorum.doors.cli.common import opened, shared

__all__ = ["serve"]


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Where 8000 is taken, a free one.")
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Processes that answer: for a group, one a processor.",
)
@click.option("--hint", default="variorum add FOLDER", hidden=True, help="The command line the pages show.")
@shared
def serve(host: str, port: int, workers: int, hint: str, folder: str | None, as_json: bool) -> None:
    """Open the reader in the browser; prints its address when it accepts."""
    from variorum.doors.web.serving import run  # noqa: PLC0415  (the web stack costs 150 ms: only for this verb)

    with opened(folder) as library:
        run(library, host=host, port=port, hint=hint, as_json=as_json, workers=workers)
