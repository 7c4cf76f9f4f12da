"""The command line: one verb per method of the library, and three that need none."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence

import click

from variorum.doors.cli.common import say_error, wants_json
from variorum.doors.cli.comparing import collate, kin
from variorum.doors.cli.crediting import known, trace
from variorum.doors.cli.keeping import add, init, rebuild, remove, verify
from variorum.doors.cli.meaning import meaning
from variorum.doors.cli.owning import mine, shelves, statistics
from variorum.doors.cli.reading import find, publish, show
from variorum.doors.cli.ruling import rule
from variorum.doors.cli.serving import serve
from variorum.doors.cli.watching import watch
from variorum.doors.cli.working import rescue
from variorum.errors import VariorumError

__all__ = ["VERBS", "cli", "main"]


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="The library is --library DIR, else VARIORUM_LIBRARY, else the folder one stands in, else one in the data folder of the system.",
)
@click.option("--library", "folder", metavar="DIR", envvar="VARIORUM_LIBRARY", help="The library to work on.")
@click.option("--json", "as_json", is_flag=True, help="One JSON value on standard output.")
@click.version_option(package_name="variorum")
@click.pass_context
def cli(context: click.Context, folder: str | None, as_json: bool) -> None:
    """Variorum keeps fan works: every byte, every copy, every credit."""
    context.obj = {"library": folder, "json": as_json}


VERBS = (
    init,
    add,
    watch,
    show,
    find,
    collate,
    trace,
    known,
    shelves,
    mine,
    statistics,
    rule,
    publish,
    remove,
    verify,
    rebuild,
    meaning,
    serve,
    rescue,
    kin,
)
for _verb in VERBS:
    cli.add_command(_verb)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one verb. 0 done, 1 done with problems, 2 usage or nothing such, 130 stopped with Ctrl-C."""
    args = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    try:
        code = cli.main(args=args, prog_name="variorum", standalone_mode=False)
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return 2
    except click.ClickException as error:
        say_error("usage", error.format_message(), as_json=wants_json(args))
        return 2
    except VariorumError as error:
        say_error(error.code, str(error), as_json=wants_json(args))
        return 2
    except (KeyboardInterrupt, click.Abort):
        reason = "Stopped. What was reported as saved is saved; the same command goes on from there."
        if wants_json(args):
            say_error("interrupted", reason, as_json=True)
        else:
            click.echo(reason, err=True)
        return 130
    except (BrokenPipeError, SystemExit):
        # The reader of our output has gone (`| head`): nothing is wrong. Click, told not to exit, does so for this alone.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        say_error("disk", f"{error.strerror or error}{where}. What was saved before stays whole.", as_json=wants_json(args))
        return 1
    return code if isinstance(code, int) else 0
