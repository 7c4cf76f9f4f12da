"""The README's pictures, taken of the sample library in a real Chromium: `python bench/pictures.py`."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "tests" / "samples" / "first-minute"
OUT = ROOT / "docs" / "pictures"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"]


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        library = Path(temporary) / "sample-library"
        for step in sorted(SAMPLES.iterdir()):
            subprocess.run([sys.executable, "-m", "variorum", "--library", str(library), "add", str(step)], check=False)
        command = [sys.executable, "-m", "variorum", "--library", str(library), "serve", "--port", "0"]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            home = re.search(r"http://\S+?/", server.stdout.readline())
            assert home is not None
            take(home[0])
        finally:
            server.terminate()
            server.wait()


def take(home: str) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": 1080, "height": 760})
        page.goto(home + "?q=title:lamp")
        page.get_by_role("link", name="What the Lamp Was For").first.click()
        page.get_by_role("link", name="What changed").first.click()
        address = page.url.split("?")[0]
        page.goto(address + "?base=B&with=C")
        page.screenshot(path=OUT / "what-changed.png")
        page.goto(home)
        page.screenshot(path=OUT / "shelf.png")
        page.goto(address.replace("/changes", "/read"))
        page.screenshot(path=OUT / "reading.png")
        dark = browser.new_page(viewport={"width": 390, "height": 760}, color_scheme="dark", device_scale_factor=2)
        dark.goto(address.replace("/changes", "/read"))
        dark.screenshot(path=OUT / "reading-phone-dark.png")
        browser.close()


if __name__ == "__main__":
    main()
