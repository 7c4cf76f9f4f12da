"""The reader's icons as PNG and the sample library's drawing as JPEG, drawn from their SVG in a real Chromium: `python bench/icons.py`."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

STATIC = Path(__file__).parents[1] / "variorum" / "doors" / "web" / "static"
#: File, mark, pixels.
ICONS = (
    ("icon-192.png", "mark.svg", 192),
    ("icon-512.png", "mark.svg", 512),
    ("icon-maskable-512.png", "mark-maskable.svg", 512),
    ("icon-touch-180.png", "mark-maskable.svg", 180),
)
KEEPER = Path(__file__).parent / "invented" / "keeper.svg"
DRAWN = Path(__file__).parents[1] / "tests/samples/first-minute/3-saved-from-a-blog/the-keeper_files/keeper.jpg"


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        for name, mark, size in ICONS:
            page = browser.new_page(viewport={"width": size, "height": size})
            drawing = (STATIC / mark).read_text(encoding="utf-8")
            page.set_content(f"<style>body {{ margin: 0 }} svg {{ display: block; width: {size}px }}</style>{drawing}")
            page.screenshot(path=STATIC / name, omit_background=True)
            page.close()
        page = browser.new_page(viewport={"width": 600, "height": 800})
        page.set_content(
            f"<style>body {{ margin: 0 }} svg {{ display: block; width: 600px; height: 800px }}</style>{KEEPER.read_text(encoding='utf-8')}"
        )
        Image.open(io.BytesIO(page.screenshot())).convert("RGB").save(DRAWN, quality=85, optimize=True)
        browser.close()


if __name__ == "__main__":
    main()
