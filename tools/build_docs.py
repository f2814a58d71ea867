"""`make docs`: build README, docs/, the API's operations, the dataset types and the libraries' reference into site/."""

import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SOURCE, SITE = ROOT / "build" / "docs", ROOT / "site"
LIBRARIES = {
    "one_client": ("one", "errors", "testing"),
    "dataset_types": ("name", "path", "spec", "registry", "check", "content", "units"),
}
PARTS = (
    ("For scientists and rigs", "docs/user"), ("For operators", "docs/lab"), ("For developers", "docs/dev"),
    ("Design notes", "docs/design"),
)  # fmt: skip
CONFIGURATION: dict[str, Any] = {
    "project": "Bregma",
    "extensions": ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"],
    "html_theme": "furo",
    "html_title": "Bregma",
    "myst_heading_anchors": 3,
    "autodoc_member_order": "bysource",
    "autodoc_typehints": "description",
    "napoleon_google_docstring": False,
    "highlight_language": "none",
    # links to folders and to source files lead out of the pages, and docstrings name things that have no page
    "suppress_warnings": ["myst.xref_missing", "ref.python", "misc.highlighting_failure"],
}


def stage() -> None:
    """Lay the pages out as Sphinx wants them; links between them stay as they are in the repository."""
    shutil.rmtree(SOURCE, ignore_errors=True)
    SOURCE.mkdir(parents=True)
    shutil.copytree(ROOT / "docs", SOURCE / "docs")
    shutil.copy(ROOT / "CHANGELOG.md", SOURCE)
    (SOURCE / "api.md").write_text(api_page(json.loads((ROOT / "docs" / "openapi.json").read_text())))
    for library, modules in LIBRARIES.items():
        (SOURCE / f"{library}.rst").write_text(reference_page(library, modules))
    (SOURCE / "index.md").write_text((ROOT / "README.md").read_text() + contents())


def contents() -> str:
    """Return the tables of contents, one for each kind of reader."""
    blocks = [
        (title, sorted(page.relative_to(SOURCE).as_posix() for page in (SOURCE / folder).glob("*.md")))
        for title, folder in PARTS
    ]
    blocks.append(("Reference", ["api.md", *(f"{library}.rst" for library in LIBRARIES), "CHANGELOG.md"]))
    trees = [
        "\n".join(["```{toctree}", ":hidden:", f":caption: {title}", "", *pages, "```"])
        for title, pages in blocks if pages
    ]  # fmt: skip
    return "\n\n" + "\n\n".join(trees) + "\n"


def reference_page(library: str, modules: tuple[str, ...]) -> str:
    """Return the page of a library's public modules."""
    parts = [library, "=" * len(library), "", f".. automodule:: {library}", "   :noindex:", ""]
    for module in modules:
        name = f"{library}.{module}"
        parts += [name, "-" * len(name), "", f".. automodule:: {name}", "   :members:", ""]
    return "\n".join(parts)


def api_page(document: Mapping[str, Any]) -> str:
    """Return the page of all operations; `/docs` of a running server shows them with bodies, to try out."""
    lines = ["# The API", "", document["info"]["description"], ""]
    for tag in document["tags"]:
        lines += [f"## {tag['name'].capitalize()}", "", tag["description"], "", "| | | |", "| --- | --- | --- |"]
        for path, methods in document["paths"].items():
            for method, one in methods.items():
                if tag["name"] in one["tags"]:
                    lines.append(f"| `{method.upper()}` | `{path}` | {one['summary']} |")
        lines.append("")
    return "\n".join(lines)


def build() -> int:
    """Run Sphinx; a warning is a failure."""
    from sphinx.application import Sphinx

    shutil.rmtree(SITE, ignore_errors=True)
    app = Sphinx(
        srcdir=SOURCE, confdir=None, outdir=SITE, doctreedir=SOURCE.parent / "doctrees", buildername="html",
        confoverrides=CONFIGURATION, status=None, warningiserror=True, freshenv=True,
    )  # fmt: skip
    app.build(force_all=True)
    from dataset_types import default_registry, render_html

    (SITE / "types.html").write_text(render_html(default_registry()))
    return int(app.statuscode)


def main() -> int:
    """Stage and build."""
    stage()
    code = build()
    print(f"{SITE.relative_to(ROOT)}/index.html" if code == 0 else "the pages have mistakes; they are named above")
    return code


if __name__ == "__main__":
    sys.exit(main())
