"""The page /today as a technician uses it on a tablet, in a real browser, with the network coming and going."""

import shutil

import httpx
import pytest
from bregma_app.testing import PASSWORD

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="no browser; `make system` installs one"), pytest.mark.timeout(120),
]  # fmt: skip
SIZES = {"landscape": {"width": 1024, "height": 768}, "portrait": {"width": 768, "height": 1024}}


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox", "--disable-gpu"])
        yield one
        one.close()


@pytest.fixture(params=list(SIZES))
def tablet(browser, request):
    context = browser.new_context(viewport=SIZES[request.param], has_touch=True, is_mobile=True)
    yield context
    context.close()


@pytest.fixture
def mice(live_house, request):
    """Two restricted animals of this test alone, one of 25 g; they are no longer restricted afterwards."""
    api = httpx.Client(base_url=live_house.url, headers={"Authorization": f"Token {live_house.tokens['member']}"})
    label = str(abs(hash(request.node.name)))[:6]
    names = [f"KS{label}", f"ZM{label}"]
    made = []
    for name in names:
        assert api.post("/subjects", json={"nickname": name, "sex": "M", "birth_date": "2020-01-01"}).status_code == 201
        answer = api.post("/water-restriction", json={"subject": name, "reference_weight": 25})
        assert answer.status_code == 201, answer.text
        made.append(answer.json()["id"])
    assert api.post("/weighings", json={"subject": names[0], "weight": 25}).status_code == 201
    yield api, names
    for one in made:
        api.delete(f"/water-restriction/{one}")


def sign_in(tablet, url):
    page = tablet.new_page()
    faults, outside = [], []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda one: None if one.url.startswith(url) else outside.append(one.url))
    page.goto(f"{url}/today")
    page.get_by_label("User").fill("member")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Sign out").wait_for()
    return page, faults, outside


def weights(api, name):
    return [one["weight"] for one in api.get("/weighings", params={"subject": name}).json()["results"]]


def doses(api, name):
    found = api.get("/water-administrations", params={"subject": name}).json()["results"]
    return [one["water_administered"] for one in found]


def wait_for(page, condition):
    for _ in range(100):
        if condition():
            return
        page.wait_for_timeout(100)
    raise AssertionError(page.inner_text("body"))


def test_weigh_water_and_undo(live_house, tablet, mice):
    api, (name, other) = mice
    page, faults, outside = sign_in(tablet, live_house.url)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing to scroll sideways"
    tile = page.get_by_role("article").filter(has_text=name)
    assert "25.0 g" in tile.inner_text()
    assert "not known" in page.get_by_role("article").filter(has_text=other).inner_text()
    assert "no limit set for this lab" in tile.inner_text(), "it is not the animal about which something is not known"
    # a barcode reader types the name and Enter: the weight is asked for
    page.get_by_label("Find an animal by name or barcode").fill(name)
    page.keyboard.press("Enter")
    page.keyboard.type("24,5")
    page.keyboard.press("Enter")
    wait_for(page, lambda: weights(api, name) == [24.5, 25])
    tile.get_by_label(f"Water (mL) of {name}").fill("0.4")
    tile.get_by_role("button", name=f"Give {name}").tap()
    wait_for(page, lambda: doses(api, name) == [0.4])
    wait_for(page, lambda: f"{0.04 * 24.5 - 0.4:.2f} mL" in tile.inner_text())
    page.get_by_role("button", name=f"Undo {name}: 0.4 mL").tap()
    wait_for(page, lambda: doses(api, name) == [])
    assert weights(api, name) == [24.5, 25]
    assert faults == outside == []


def test_looking_for_an_animal_that_is_not_on_the_board(live_house, tablet, mice):
    api, (name, _) = mice
    free = f"FREE-{name}"
    assert api.post("/subjects", json={"nickname": free, "sex": "M"}).status_code == 201
    page, faults, _ = sign_in(tablet, live_house.url)
    find, said = page.get_by_label("Find an animal by name or barcode"), page.get_by_role("status")
    for wanted, words in ((free.lower(), f"{free.lower()} is not water restricted."), ("nobody", "is called nobody.")):
        find.fill(wanted)
        page.keyboard.press("Enter")
        wait_for(page, lambda words=words: words in said.inner_text())
    find.fill(name)
    page.keyboard.press("Enter")
    assert "with water due" in said.inner_text(), "what was said of another name is gone"
    assert faults == []


def test_a_jump_is_asked_about_and_nonsense_refused(live_house, tablet, mice):
    api, (name, _) = mice
    page, faults, _ = sign_in(tablet, live_house.url)
    tile = page.get_by_role("article").filter(has_text=name)
    field, button = tile.get_by_label(f"Weight (g) of {name}"), tile.get_by_role("button", name=f"Weigh {name}")
    for bad in ("", "abc", "-3", "1e9"):
        field.fill(bad)
        button.tap()
        assert "Enter a number" in tile.get_by_role("alert").inner_text()
    field.fill("2.5")
    button.tap()
    assert "more than 10 %" in tile.get_by_role("alert").inner_text()
    field.fill("27.6")
    button.tap()
    assert "27.6 g is more than 10 %" in tile.get_by_role("alert").inner_text(), "another number is asked about anew"
    assert weights(api, name) == [25]
    button.tap()
    wait_for(page, lambda: weights(api, name) == [27.6, 25])
    assert faults == []


def test_a_lost_network_loses_nothing_and_doubles_nothing(live_house, tablet, mice):
    api, (name, _) = mice
    page, faults, _ = sign_in(tablet, live_house.url)
    tile = page.get_by_role("article").filter(has_text=name)
    tablet.set_offline(True)
    for amount in ("0.1", "0.2"):
        tile.get_by_label(f"Water (mL) of {name}").fill(amount)
        tile.get_by_role("button", name=f"Give {name}").tap()
    page.get_by_text("0.2 mL, waits to be sent").wait_for()
    page.get_by_role("button", name=f"Undo {name}: 0.2 mL").tap()
    tablet.set_offline(False)
    wait_for(page, lambda: doses(api, name) == [0.1])
    # the answer is lost although the server has saved: the same entry goes again with its key
    lost = []

    def lose(route):
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route("**/water-administrations", lose)
    tile.get_by_label(f"Water (mL) of {name}").fill("0.3")
    tile.get_by_role("button", name=f"Give {name}").tap()
    wait_for(page, lambda: lost == [201])
    page.get_by_text("0.3 mL, saved").wait_for()
    assert sorted(doses(api, name)) == [0.1, 0.3]
    assert faults == []


def test_what_waits_survives_the_browser_and_another_users_sign_in(live_house, tablet, mice):
    api, (name, _) = mice
    page, *_ = sign_in(tablet, live_house.url)
    tablet.set_offline(True)
    tile = page.get_by_role("article").filter(has_text=name)
    tile.get_by_label(f"Weight (g) of {name}").fill("24")
    tile.get_by_role("button", name=f"Weigh {name}").tap()
    page.get_by_text("24 g, waits to be sent").wait_for()
    page.close()
    tablet.set_offline(False)
    page = tablet.new_page()
    page.goto(f"{live_house.url}/today")
    page.get_by_label("User").fill("manager")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("article").first.wait_for()
    assert weights(api, name) == [25], "it is the member's entry"
    page.get_by_role("button", name="Sign out").tap()
    page.close()
    sign_in(tablet, live_house.url)
    page = tablet.pages[-1]
    wait_for(page, lambda: weights(api, name) == [24, 25])


def test_a_refused_sign_in_says_why(live_house, tablet):
    page = tablet.new_page()
    page.goto(f"{live_house.url}/today")
    page.get_by_label("User").fill("member")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("Unable to log in with provided credentials.").wait_for()
