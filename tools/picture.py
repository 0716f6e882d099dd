"""Take the picture of the README from a demo's map, in the system's Chromium.

python -m tools.picture demo-output/study/map.html
"""

import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

PICTURE = Path(__file__).parent.parent / "docs" / "images" / "map.png"
SOFTWARE_DRAWING = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
WAIT_MS = 6000


def take(path: Path) -> bytes:
    """Open a map, go closer to a part of it, and return the picture as PNG."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=SOFTWARE_DRAWING)
        page = browser.new_page(viewport={"width": 1200, "height": 760})
        page.goto(path.resolve().as_uri())
        page.wait_for_timeout(WAIT_MS)
        _go_closer(page)
        picture = page.screenshot()
        browser.close()
    return picture


def _go_closer(page: Page) -> None:
    box = page.locator("canvas").first.bounding_box()
    if box is None:
        raise SystemExit("the map was not drawn")
    page.mouse.move(box["x"] + box["width"] * 0.36, box["y"] + box["height"] * 0.42)
    for _ in range(5):
        page.mouse.wheel(0, -300)
        page.wait_for_timeout(900)
    page.wait_for_timeout(WAIT_MS)


def main() -> None:
    """Write the picture with 128 colours, which is all that a map needs."""
    picture = Image.open(io.BytesIO(take(Path(sys.argv[1])))).convert("RGB").quantize(128)
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    picture.save(PICTURE, optimize=True)


if __name__ == "__main__":
    main()
