"""A real Chromium over the reader, served from this process on loopback; skipped with a sentence where there is none."""

from __future__ import annotations

import shutil
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))  # web_fakes lives one folder up

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser for the session."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (pip install -e .[test])")
    binary = next((found for found in map(shutil.which, _NAMES) if found), None)
    if binary is None:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    with playwright.sync_playwright() as driver, pytest.MonkeyPatch.context() as patch:
        pressed = playwright.Locator.click

        def click(locator: Any, **more: Any) -> None:
            """A click waits for the page it leads to: what a test asks next it asks of that page, not of half of it."""
            pressed(locator, **more)
            if not locator.page.is_closed():
                locator.page.wait_for_load_state()

        patch.setattr(playwright.Locator, "click", click)
        browser = driver.chromium.launch(executable_path=binary, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Any], str]]:
    """Serves a library on a free port of loopback; gives its address. Stopped at the end of the session."""
    import uvicorn

    from variorum.doors.web import create_app

    running: list[tuple[uvicorn.Server, threading.Thread, socket.socket]] = []

    def start(library: Any) -> str:
        listening = socket.create_server(("127.0.0.1", 0))
        app = create_app(library, hint="./do variorum add FOLDER", sample=True)
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        patience = time.monotonic() + 10
        while not server.started and time.monotonic() < patience:
            time.sleep(0.02)
        running.append((server, thread, listening))
        return f"http://127.0.0.1:{listening.getsockname()[1]}"

    yield start
    for server, thread, listening in running:
        server.should_exit = True
        thread.join(10)
        listening.close()


@pytest.fixture(scope="session")
def home(serve: Callable[[Any], str]) -> str:
    """The address of the handmade library."""
    import web_fakes

    return serve(web_fakes.FakeLibrary.full())


@pytest.fixture
def tab(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Opens tabs, each in a context of its own with its own cookies; closed after the test."""
    contexts = []

    def open_tab(width: int = 1200, height: int = 900, **more: Any) -> Any:
        context = chromium.new_context(viewport={"width": width, "height": height}, **more)
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield open_tab
    for context in contexts:
        context.close()
