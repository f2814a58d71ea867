"""The document in the older form, Core API: clients of Alyx before ONE-api 3.1 ask `/docs` for it and read nothing else.

It says what they look up (endpoints, actions, addresses, fields) and is made from the OpenAPI document, so that the two
cannot disagree.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from bregma_kit.http import JSON_TYPE
from bregma_kit.wire_schemas import REFERENCE

MEDIA_TYPE = "application/coreapi+json"
_ACTIONS = {"post": "create", "put": "update", "patch": "partial_update", "delete": "delete"}
_KINDS = frozenset({"string", "integer", "number", "boolean", "array", "object"})


def coreapi(document: Mapping[str, Any], url: str) -> dict[str, Any]:
    """Turn an OpenAPI document into a Core API one; ``url`` is where it is served."""
    schemas = document["components"]["schemas"]
    told: dict[str, Any] = {"_type": "document", "_meta": {"url": url, "title": document["info"]["title"]}}
    for path, methods in document["paths"].items():
        endpoint = told.setdefault(path.split("/")[1], {})
        for method, operation in methods.items():
            action = _ACTIONS.get(method, "read" if "{" in path else "list")
            # the first address of an action is the one that is meant, as in the newer document
            endpoint.setdefault(action, _link(path, method, operation, schemas))
    return told


def _link(path: str, method: str, operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> dict[str, Any]:
    fields = [_field(one["name"], one["in"], one["schema"], required=one.get("required", False), doc=one.get("description", ""))
              for one in operation.get("parameters", ())]  # fmt: skip
    fields += _form(operation, schemas)
    link = {"_type": "link", "url": path, "action": method, "description": operation.get("description", "")}
    if any(one["location"] == "form" for one in fields):
        link["encoding"] = JSON_TYPE
    # a client that is given no data for an action with fields prints them and sends nothing
    return {**link, "fields": fields} if fields else link


def _form(operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    content = operation.get("requestBody", {}).get("content", {}).get(JSON_TYPE)
    if content is None:
        return
    whole = schemas[content["schema"]["$ref"].removeprefix(REFERENCE)]
    for name, schema in whole["properties"].items():
        required = name in whole.get("required", ())
        yield _field(name, "form", schema, required=required, doc=schema.get("description", ""))


def _field(name: str, where: str, schema: Mapping[str, Any], *, required: bool, doc: str) -> dict[str, Any]:
    kind = schema.get("type")
    described = {
        "_type": kind if kind in _KINDS else "string",
        "title": name.replace("_", " ").capitalize(),
        "description": doc,
    }
    return {"name": name, **({"required": True} if required else {}), "location": where, "schema": described}
