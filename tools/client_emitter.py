"""Write a typed client from the document: one method for each operation, once plain and once for asyncio."""

import keyword
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BASE = Path(__file__).with_name("client_base.py.txt")
JSON_TYPE = "application/json"
EXTENSION = "x-bregma"
_PLAIN = {"integer": "int", "number": "float", "boolean": "bool", "string": "str"}
_FORMATS = {"uuid": "UUID | str", "date": "date | str"}
# sent a second time they change nothing more
_REPEATABLE = frozenset({"PUT", "PATCH"})
_METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Argument:
    """A parameter as a keyword of the method."""

    name: str
    wire: str
    kind: str
    where: str
    required: bool
    doc: str

    @property
    def declared(self) -> str:
        """The argument in a signature."""
        return f"{self.name}: {self.kind}" if self.required else f"{self.name}: {self.kind} | None = None"


@dataclass(frozen=True)
class Call:
    """An operation as a method."""

    name: str
    method: str
    path: str
    summary: str
    description: str
    arguments: tuple[Argument, ...]
    body: str
    answer: str

    @property
    def is_list(self) -> bool:
        """Whether the answer is one page of many."""
        return self.answer.endswith("Page") and {"limit", "offset"} <= {one.wire for one in self.arguments}

    def at(self, where: str) -> list[Argument]:
        """Return the arguments that travel in one place: ``path``, ``query`` or ``header``."""
        return [one for one in self.arguments if one.where == where]


def emit(document: Mapping[str, Any]) -> str:
    """Return the text of the client's module."""
    calls = list(calls_of(document))
    plain, asynchronous = BASE.read_text().split("class AsyncClient:")
    return (
        plain.rstrip() + "\n\n" + "\n".join(map(_method, calls)) + "\n\nclass AsyncClient:"
        + asynchronous.rstrip() + "\n\n" + "\n".join(_method(one, asynchronous=True) for one in calls)
    )  # fmt: skip


def calls_of(document: Mapping[str, Any]) -> Iterator[Call]:
    """Read the operations; those that answer with a redirect or with bytes are left to hand-written code."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method in _METHODS and (answer := _answer(operation)) is not None:
                yield _call(path, method.upper(), operation, answer)


def _call(path: str, method: str, operation: Mapping[str, Any], answer: str) -> Call:
    body = operation.get("requestBody") or operation.get(EXTENSION, {}).get("requestBody")
    return Call(
        name=operation["operationId"],
        method=method,
        path=path,
        summary=operation["summary"],
        description=operation["description"],
        arguments=tuple(map(_argument, operation.get("parameters", []))),
        body="" if body is None else _body(body, method) + _or_many(operation),
        answer=answer,
    )


def _answer(operation: Mapping[str, Any]) -> str | None:
    """Name the model of a good answer: empty for JSON without a model, "None" for nothing, None if it is no JSON."""
    status, answer = next((status, one) for status, one in operation["responses"].items() if status < "400")
    if "content" not in answer:
        return "None" if status == "204" else None
    schema = answer["content"].get(JSON_TYPE, {}).get("schema")
    if schema is None:
        return None
    return schema["$ref"].rsplit("/", 1)[1] if "$ref" in schema else ""


def _or_many(operation: Mapping[str, Any]) -> str:
    """Write that a list of bodies is taken as well."""
    return " | Sequence[Any]" if {"requestBody", EXTENSION} <= set(operation) else ""


def _body(body: Mapping[str, Any], method: str) -> str:
    """Write the type of a body; GET bodies are optional."""
    schema = body["content"][JSON_TYPE]["schema"]
    if "$ref" in schema:
        return f"m.{schema['$ref'].rsplit('/', 1)[1]} | Mapping[str, Any]"
    if schema.get("type") == "array":
        return "Sequence[Any]"
    return "Mapping[str, Any] | None = None" if method == "GET" else "Mapping[str, Any]"


def _argument(parameter: Mapping[str, Any]) -> Argument:
    wire = parameter["name"]
    name = wire.lower().replace("-", "_")
    return Argument(
        name=f"{name}_" if keyword.iskeyword(name) or name in ("self", "body") else name,
        wire=wire,
        kind=_kind(parameter["schema"]),
        where=parameter["in"],
        required=parameter.get("required", False),
        doc=parameter.get("description", ""),
    )


def _kind(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return f"Literal[{', '.join(map(repr, schema['enum']))}]"
    if schema.get("type") == "array":
        return f"Sequence[{_kind(schema['items'])}]"
    return _FORMATS.get(schema.get("format", "")) or _PLAIN.get(schema.get("type", ""), "Any")


def _method(call: Call, *, asynchronous: bool = False) -> str:
    """Write one method, and for lists a second one that goes on from page to page."""
    start, wait = ("async def", "await ") if asynchronous else ("def", "")
    body = [] if not call.body else [f"body: {call.body}"]
    lines = [
        f"{start} {call.name}({_signature(call, body)}) -> {_returns(call)}:",
        *textwrap.indent(_docstring(call, brief=asynchronous), "    ").splitlines(),
        f"    answer = {wait}self._sender.request({_sending(call)})",
        *_returning(call),
    ]
    if call.is_list:
        lines += ["", *_iterator(call, asynchronous=asynchronous)]
    return textwrap.indent("\n".join(lines) + "\n", "    ")


def _signature(call: Call, body: list[str], without: tuple[str, ...] = ()) -> str:
    first = [one.declared for one in call.at("path")]
    keywords = [one.declared for one in call.arguments if one.where != "path" and one.name not in without]
    return ", ".join(["self", *first, *body, *(["*", *keywords] if keywords else [])])


def _returns(call: Call) -> str:
    if call.answer == "None":
        return "None"
    return f"m.{call.answer}" if call.answer else "Any"


def _returning(call: Call) -> list[str]:
    if call.answer == "None":
        return ["    _value(answer, '')"]
    result = f"_value(answer, {call.answer!r})"
    return [f"    value: {_returns(call)} = {result}", "    return value"]


def _sending(call: Call) -> str:
    path = call.path
    for one in call.at("path"):
        path = path.replace("{" + one.wire + "}", "{_part(" + one.name + ")}")
    parts = [repr(call.method), f"{'f' if call.at('path') else ''}{path!r}"]
    for where, key in (("query", "params"), ("header", "headers")):
        if call.at(where):
            pairs = ", ".join(f"{one.wire!r}: {one.name}" for one in call.at(where))
            parts.append(f"{key}=_query({{{pairs}}})")
    if call.body:
        parts.append("body=_json(body)")
    if call.method in _REPEATABLE:
        parts.append("repeatable=True")
    return ", ".join(parts)


def _iterator(call: Call, *, asynchronous: bool) -> Iterator[str]:
    """A method that yields the records of all pages."""
    record = call.answer.removesuffix("Page")
    paging = ("limit", "offset")
    given = ", ".join(f"{one.wire!r}: {one.name}" for one in call.arguments if one.name not in paging)
    kind, helper = ("AsyncIterator", "_apages") if asynchronous else ("Iterator", "_pages")
    yield f"def {call.name.removesuffix('_list')}_all({_signature(call, [], paging)}) -> {kind}[m.{record}]:"
    yield f'    """{call.summary}, page after page."""'
    yield f"    return {helper}(self.{call.name}, {{{given}}})"


def _docstring(call: Call, *, brief: bool) -> str:
    """Summary; in the plain client also the description and the parameters."""
    text = f"{call.summary.rstrip('.?!')}."
    if brief:
        return f'"""{text}"""'
    parts = [text, *(textwrap.fill(each, 108) for each in call.description.split("\n\n"))]
    told = [one for one in call.arguments if one.doc and one.name not in ("limit", "offset")]
    if told:
        rows = [f"{one.name}\n{textwrap.indent(textwrap.fill(one.doc, 104), '    ')}" for one in told]
        parts.append("\n".join(["Parameters", "----------", *rows]))
    quoted = "\n\n".join(parts).replace("\\", "\\\\").replace('"""', "'''")
    return f'"""{quoted}\n"""'
