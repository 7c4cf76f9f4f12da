"""The reader's icons as PNG, drawn from its two SVG marks in a real Chromium: `python bench/icons.py`."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

STATIC = Path(__file__).parents[1] / "variorum" / "doors" / "web" / "static"
#: File, mark, pixels.
ICONS = (
    ("icon-192.png", "mark.svg", 192),
    ("icon-512.png", "mark.svg", 512),
    ("icon-maskable-512.png", "mark-maskable.svg", 512),
    ("icon-touch-180.png", "mark-maskable.svg", 180),
)


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        for name, mark, size in ICONS:
            page = browser.new_page(viewport={"width": size, "height": size})
            drawing = (STATIC / mark).read_text(encoding="utf-8")
            page.set_content(f"<style>body {{ margin: 0 }} svg {{ display: block; width: {size}px }}</style>{drawing}")
            page.screenshot(path=STATIC / name, omit_background=True)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
