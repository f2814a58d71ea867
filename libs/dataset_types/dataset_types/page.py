"""A static page of all dataset types, for people; it needs nothing from the network."""

from html import escape

from dataset_types.check import print_dims
from dataset_types.registry import Registry
from dataset_types.spec import DatasetType, Edition

_TITLES = {
    Edition.IBL_CURRENT: "Types in use today",
    Edition.PAPER_2020: "Types of the paper of 2020",
}
_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem; color: #222; }
table { border-collapse: collapse; width: 100%; margin-bottom: 2rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #ddd; }
th { position: sticky; top: 0; background: #f4f4f4; }
code { font-size: .92em; overflow-wrap: anywhere; }
"""


def render_html(registry: Registry) -> str:
    """Write the page.

    Parameters
    ----------
    registry : Registry

    Returns
    -------
    str
        A whole HTML document: for each edition a table with name, shape, unit, meaning and example of every type, and
        the meaning of the symbols in shapes.
    """
    sections = "\n".join(_section(registry, edition) for edition in _TITLES)
    symbols = "\n".join(
        f"<tr><td><code>{escape(symbol)}</code></td><td>{escape(meaning)}</td></tr>"
        for symbol, meaning in sorted(registry.symbols.items(), key=lambda item: item[0].lower())
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Dataset types</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<h1>Dataset types</h1>\n"
        "<p>A file's name says what it holds: <code>object.attribute.extension</code>. All files of an object have the "
        "same number of rows. If an attribute is the name of an object, its values are row numbers of that object, "
        "counted from 0. Times are seconds since the start of the session.</p>\n"
        f"{sections}\n<h2>Symbols in shapes</h2>\n<table>\n<tbody>\n{symbols}\n</tbody>\n</table>\n</body>\n</html>\n"
    )


def _section(registry: Registry, edition: Edition) -> str:
    rows = "\n".join(_row(one) for one in registry if one.edition == edition)
    return (
        f'<h2 id="{edition}">{_TITLES[edition]}</h2>\n<table>\n<thead><tr><th>Type</th><th>Shape</th><th>Values</th>'
        "<th>Unit</th><th>Meaning</th><th>Example</th></tr></thead>\n"
        f"<tbody>\n{rows}\n</tbody>\n</table>"
    )


def _row(one: DatasetType) -> str:
    dims = print_dims(one.dims) if one.dims is not None else ""
    meaning = escape(one.description)
    if one.references:
        meaning += f" Row of <code>{escape(one.references)}</code>."
    if one.aliases:
        meaning += " Also: " + ", ".join(f"<code>{escape(alias)}</code>" for alias in one.aliases) + "."
    cells = (
        f"<code>{escape(one.name)}</code>",
        f"<code>{escape(dims)}</code>" if dims else "",
        escape(" or ".join(one.dtype)),
        escape(one.unit or ""),
        meaning,
        f"<code>{escape(one.example_name)}</code>",
    )
    columns = "".join(f"<td>{cell}</td>" for cell in cells)
    return f'<tr id="{one.edition}-{escape(one.name)}">{columns}</tr>'
