"""Pages for people: what they show, and that no request leaves the machine, in a real browser."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from bregma_app.pages.routes import POLICY

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_browser = pytest.mark.skipif(BROWSER is None, reason="no browser; `make system` installs one")


async def test_start_page_says_what_to_do_here(house):
    answer = await house.clients["stranger"].get("/", headers={"Host": "bregma.lab:8000"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert "one login http://bregma.lab:8000" in answer.text
    for link in ("/docs", "/data/types", "/api/schema"):
        assert f'href="{link}"' in answer.text
        assert (await house.clients["stranger"].get(link)).status_code == 200


async def test_the_callers_host_cannot_write_into_the_page(house):
    answer = await house.clients["stranger"].get("/", headers={"Host": 'x"><script>alert(1)</script>'})
    assert "<script>alert" not in answer.text


async def test_pages_forbid_everything_from_elsewhere(house):
    for path in ("/", "/docs", "/data/types"):
        answer = await house.clients["stranger"].get(path)
        assert answer.headers["content-security-policy"] == POLICY
        assert "http" not in POLICY
        assert "'unsafe-eval'" not in POLICY
        outside = re.findall(r"(?:src|href)=\"(https?:)?//", answer.text)
        assert not outside


async def test_assets_carry_their_tags_and_are_not_sent_twice(house):
    page = (await house.clients["stranger"].get("/docs")).text
    assets = re.findall(r'"(/docs/[\w.-]+\?v=\w+)"', page)
    assert len(assets) >= 4
    for asset in set(assets):
        answer = await house.clients["stranger"].get(asset)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        again = await house.clients["stranger"].get(asset, headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304


@pytest.mark.parametrize("name", ["routes.py", "..%2froutes.py", "LICENSE", "start.html", "nothing.js"])
async def test_other_files_are_not_assets(house, name):
    answer = await house.clients["stranger"].get(f"/docs/{name}")
    assert answer.status_code == 404


async def test_page_of_types_is_live_and_no_file_of_the_data_tree(house):
    answer = await house.clients["stranger"].get("/data/types")
    assert answer.status_code == 200
    assert "spikes.times" in answer.text
    assert (await house.clients["stranger"].get("/data/types/x.npy")).status_code == 401


def browse(url: str, folder: Path) -> tuple[str, list[str]]:
    """Open a page in a browser without a screen; return what it shows, and every address that was asked for."""
    log = folder / "net.json"
    done = subprocess.run(
        [str(BROWSER), "--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}",
         "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--virtual-time-budget=20000", f"--log-net-log={log}", "--dump-dom", url],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    text = log.read_text().rstrip().rstrip(",")
    net = json.loads(text if text.endswith("}") else text + "]}")
    origin = url.rpartition("/")[0]
    started = [one["params"] for one in net["events"] if isinstance(one.get("params"), dict) and "url" in one["params"]]
    # a browser asks for things of its own, too; those have no page as their initiator
    asked = [one["url"] for one in started if str(one.get("initiator", "")).startswith(origin)]
    return done.stdout, asked


@needs_browser
@pytest.mark.timeout(200)
def test_pages_work_in_a_browser_and_ask_nobody_else(live_house, tmp_path):
    shown, asked = browse(f"{live_house.url}/docs", tmp_path)
    assert "opblock-tag" in shown, "the document was not drawn"
    for tag in ("sessions", "datasets", "uploads"):
        assert f'data-tag="{tag}"' in shown
    assert f"{live_house.url}/api/schema" in asked
    assert any("swagger-ui-bundle.js" in one for one in asked)
    outside = {one for one in asked if not one.startswith((live_house.url, "data:", "blob:"))}
    assert not outside, f"requests left the machine: {outside}"
    shown, _ = browse(f"{live_house.url}/", tmp_path)
    assert live_house.url in shown
