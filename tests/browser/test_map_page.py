"""The map page in a real browser, from disk."""

import re

import pytest
from tests.samples import studies

from landrelease.report.data import Audience
from landrelease.report.map import write_map

pytestmark = pytest.mark.browser

COUNT = """(layer) => new Set(window.studyMap.queryRenderedFeatures(undefined, {layers: [layer]})
    .map((hit) => hit.properties.row)).size"""
COLOURS = """() => window.studyMap.getPaintProperty("ground", "background-color")"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("maps")
    write_map(studies.province(), made / "province.html")
    write_map(studies.province(), made / "public.html", Audience.PUBLIC)
    write_map(studies.points_only(), made / "points.html")
    write_map(studies.nothing(), made / "nothing.html")
    write_map(studies.province(language="ar"), made / "arabic.html")
    write_map(studies.points_only(20_000), made / "many.html")
    write_map(studies.with_figures(studies.province(), studies.field_surface()), made / "estimate.html")
    return made


WITHOUT_WEBGL = """HTMLCanvasElement.prototype.getContext = ((own) => function (kind, ...more) {
    return kind.startsWith("webgl") ? null : own.call(this, kind, ...more);
})(HTMLCanvasElement.prototype.getContext)"""
RESET = """() => {
    const press = (id) => document.getElementById(id).click();
    if (document.getElementById("tab-0")) press("tab-0");
    press("show-map");
    document.querySelectorAll("#legend input")
      .forEach((box) => { if (box.checked !== box.defaultChecked) box.click(); });
    const slider = document.getElementById("step");
    slider.value = slider.max;
    slider.dispatchEvent(new Event("input"));
    window.studyMap.jumpTo({center: [36.045, 48.007], zoom: 12});
}"""


@pytest.fixture(scope="module")
def shared_page(folder, open_page):
    return open_page(folder / "province.html")


@pytest.fixture
def province(shared_page):
    """The page of the province as it opens; opening it anew for each test would take seconds."""
    shared_page.evaluate(RESET)
    drawn(shared_page, "part-fill")
    yield shared_page
    assert shared_page.complaints == []


def drawn(page, layer):
    page.wait_for_function("() => window.studyMap.loaded() && !window.studyMap.isMoving()")
    return page.evaluate(COUNT, layer)


def set_date(page, step):
    page.evaluate(
        "(step) => { const s = document.getElementById('step'); s.value = step; s.dispatchEvent(new Event('input')); }",
        step,
    )
    page.wait_for_function("() => window.studyMap.areTilesLoaded()")
    page.wait_for_timeout(150)


def click_on(page, longitude, latitude):
    x, y = page.evaluate("(p) => { const q = window.studyMap.project(p); return [q.x, q.y]; }", [longitude, latitude])
    page.locator("#map canvas").click(position={"x": x, "y": y})


@pytest.mark.parametrize("name", ["province", "public", "points", "nothing", "arabic", "many", "estimate"])
def test_it_opens_from_disk_without_network_or_complaint(folder, open_page, name):
    page = open_page(folder / f"{name}.html")
    page.locator("#show-tables").click()
    page.locator("#show-map").click()
    assert page.asked == []
    assert page.complaints == []


def test_everything_is_drawn(province):
    page = province
    assert drawn(page, "part-fill") == 7
    assert drawn(page, "evidence") == 12
    assert page.evaluate("() => !!window.studyMap.getLayer('hazard')")
    assert page.locator(".maplibregl-ctrl-scale").inner_text().endswith(("m", "km"))
    assert page.locator(".place-name").count() == 3


def test_task_orders_wait_until_they_are_asked_for(province):
    """Their outlines would hide the states of the land."""
    page = province
    assert drawn(page, "tasks") == 0
    page.get_by_role("checkbox", name="Task orders").check()
    assert drawn(page, "tasks") == 3


def test_a_click_tells_what_is_there_and_names_the_statement(province):
    page = province
    drawn(page, "part-fill")
    click_on(page, 36.045, 48.0085)
    told = page.locator(".told").inner_text()
    assert "Field 3 <b>" in told
    assert "Cleared" in told
    assert f"{3:064x}"[:16] in told
    assert "2026-04-04" in told


def test_the_estimate_of_a_part_is_told_with_its_bounds(folder, open_page):
    page = open_page(folder / "estimate.html")
    drawn(page, "part-fill")
    click_on(page, 36.003, 48.008)
    told = page.locator(".told").inner_text()
    assert re.search(r"Expected items\n[\d.]+ \(90 %: \d+ to \d+\)", told)
    assert re.search(r"Chance of an item\n(> )?\d+%", told)
    assert re.search(
        r"In land still to be released: [\d.]+ expected items \(90 %", page.locator("#legend").inner_text()
    )
    page.locator("#show-tables").click()
    assert "Expected items" in page.locator("#sheet thead").inner_text()
    assert re.fullmatch(r"[\d.]+ \(\d+–\d+\)", page.locator("#sheet tbody tr").first.locator("td").nth(6).inner_text())


def test_without_figures_the_table_has_no_column_for_them(province):
    province.locator("#show-tables").click()
    assert "Expected items" not in province.locator("#sheet thead").inner_text()


def test_the_slider_changes_what_is_shown(province):
    page = province
    last = int(page.locator("#step").get_attribute("max"))
    assert page.locator("#date").inner_text() == "2026-06-15"
    assert page.locator("[data-of=state-5]").inner_text() == "0.8 km²"
    set_date(page, 0)
    assert page.locator("#date").inner_text() == "2026-01-10"
    assert drawn(page, "part-fill") == 0
    assert drawn(page, "evidence") == 2
    page.locator("#later").click()
    assert page.locator("#date").inner_text() == "2026-02-01"
    assert page.locator("[data-of=state-0]").inner_text() == "5.6 km²"
    page.wait_for_timeout(300)
    assert drawn(page, "part-fill") == 7
    click_on(page, 36.045, 48.0085)
    assert "Unresolved" in page.locator(".told").inner_text()
    set_date(page, last)
    assert page.locator(".told").count() == 0


def test_the_record_plays(province):
    page = province
    page.locator("#play").click()
    assert page.locator("#play").get_attribute("aria-pressed") == "true"
    page.wait_for_function("() => document.getElementById('date').textContent > '2026-02-01'")
    page.locator("#play").click()
    assert page.locator("#play").get_attribute("aria-pressed") == "false"


def test_the_legend_switches_layers_and_states(province):
    page = province
    page.get_by_label("Evidence and events").uncheck()
    page.get_by_label("Cancelled").uncheck()
    page.wait_for_timeout(300)
    assert drawn(page, "evidence") == 0
    assert drawn(page, "part-fill") == 6


def test_the_keyboard_reaches_everything(province):
    page = province
    reached = []
    for _press in range(40):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("() => ['id', 'className', 'type'].map((name) => document.activeElement[name]).join(' ')")
        )
    for wanted in ("show-map", "show-tables", "theme", "maplibregl-canvas", "checkbox", "play", "step", "later"):
        assert any(wanted in each for each in reached), wanted


def test_arrows_move_the_slider_and_the_map(province):
    page = province
    page.locator("#step").focus()
    page.keyboard.press("ArrowLeft")
    assert page.locator("#date").inner_text() == "2026-06-10"
    before = page.evaluate("() => window.studyMap.getCenter().lng")
    page.locator("#map canvas").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("(before) => window.studyMap.getCenter().lng > before", arg=before)


def test_enter_tells_what_is_in_the_middle(province):
    page = province
    page.evaluate("() => window.studyMap.jumpTo({center: [36.045, 48.0085], zoom: 15})")
    drawn(page, "part-fill")
    page.locator("#map canvas").focus()
    page.keyboard.press("Enter")
    assert "Field 3 <b>" in page.locator(".told").inner_text()
    page.locator(".maplibregl-popup-close-button").press("Enter")
    assert page.locator(".told").count() == 0


@pytest.mark.parametrize(("scheme", "theme", "other"), [("dark", "dark", "light"), ("light", "light", "dark")])
def test_dark_and_light_follow_the_system_and_the_button(folder, open_page, scheme, theme, other):
    page = open_page(folder / "province.html", color_scheme=scheme)
    ground, paper = page.evaluate(COLOURS), page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    assert page.locator("html").get_attribute("data-theme") == theme
    page.locator("#theme").click()
    assert page.locator("html").get_attribute("data-theme") == other
    assert page.evaluate(COLOURS) != ground
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") != paper


def test_the_tables_hold_the_same_content(province):
    page = province
    page.locator("#show-tables").click()
    assert page.locator("#sheet tbody tr").count() == 7
    page.locator("#filter").fill("reopened")
    assert page.locator("#sheet tbody tr").count() == 1
    titles = page.locator("#tabs button").all_inner_texts()
    assert titles[:3] == ["Land", "Evidence and events", "Task orders"]
    assert any(title.startswith("Areas that wait") for title in titles)
    page.locator("#tabs button").nth(1).click()
    assert page.locator("#sheet tbody tr").count() == 12
    page.locator("#sheet tbody tr button").first.click()
    assert "Verbal report" in page.locator(".told").inner_text()


def test_the_tables_follow_the_slider(province):
    page = province
    page.locator("#show-tables").click()
    set_date(page, 1)
    states = page.locator("#sheet tbody td:nth-child(2)").all_inner_texts()
    assert states == ["Unresolved"] * 7


def test_the_public_sees_cells_and_no_tasks(folder, open_page):
    page = open_page(folder / "public.html")
    assert drawn(page, "tasks") == 0
    assert "Public version" in page.locator("#banner").inner_text()
    assert "Task orders are not shown" in page.locator("#legend").inner_text()
    click_on(page, 36.005, 48.004)
    assert "Statement" not in page.locator(".told").inner_text()


def test_a_country_of_points_looks_right_without_parts(folder, open_page):
    page = open_page(folder / "points.html")
    assert "No outline of land is on record" in page.locator("#legend").inner_text()
    assert drawn(page, "evidence") == 400
    page.locator("#show-tables").click()
    page.get_by_role("tab", name="clearance").click()
    assert "District 2" in page.locator("#sheet").inner_text()


def test_right_to_left_turns_the_page_and_not_the_map(folder, open_page):
    page = open_page(folder / "arabic.html")
    legend, map_ = (page.locator(f"#{name}").bounding_box() for name in ("legend", "map"))
    assert legend["x"] < map_["x"]
    assert page.evaluate("() => getComputedStyle(document.getElementById('map')).direction") == "ltr"


def test_without_webgl_the_tables_are_there(folder, open_page, browser):
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(WITHOUT_WEBGL)
    page.goto((folder / "province.html").as_uri())
    page.wait_for_selector("body[data-ready=true]")
    assert page.locator("#no-webgl").is_visible()
    assert page.locator("#sheet tbody tr").count() == 7
    context.close()


def test_a_narrow_screen_has_no_sideways_scroll(province):
    page = province
    page.set_viewport_size({"width": 380, "height": 700})
    assert page.evaluate("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth")
