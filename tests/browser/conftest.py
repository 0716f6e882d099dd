"""A page of the system's Chromium that notes every request and every complaint."""

import pytest
from playwright.sync_api import sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]


@pytest.fixture(scope="session")
def browser(chromium):
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def open_page(browser):
    """Open files; a page's `asked` holds what it requested beside itself, `complaints` errors of script and console."""
    contexts = []

    def opened(path, **options):
        contexts.append(browser.new_context(viewport={"width": 900, "height": 600}, **options))
        page = contexts[-1].new_page()
        page.asked, page.complaints = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)
        page.goto(path.as_uri())
        page.wait_for_selector("body[data-ready=true]", timeout=60_000)
        page.asked = [url for url in page.asked if not url.startswith(("data:", "blob:")) and url != path.as_uri()]
        return page

    yield opened
    for context in contexts:
        context.close()
