"""Where an import reads: an Alyx's REST interface, its tables, or both put together."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from bregma_app.importing.alyx import PAGE, Alyx, Record
from bregma_app.importing.django import Tables, merged

COLONY = (
    "species", "strains", "sources", "sequences", "alleles", "lines", "zygosity-rules", "subjects", "subject-requests",
    "breeding-pairs", "litters", "zygosities", "genotype-tests", "cages", "housings", "culls",
)  # fmt: skip
"""What an Alyx does not tell over REST, or not whole."""

INSIDE = {"fov-location": ("fields-of-view", "location", "field_of_view")}
"""Lists that do not tell what their records belong to → the list and the key that hold them, and the relation."""


@dataclass(slots=True)
class Source:
    """At least one of a running Alyx and its tables. Lists come from REST where it has them."""

    alyx: Alyx | None = None
    tables: Tables | None = None

    @property
    def name(self) -> str:
        """What the source is called, the same at every run."""
        return "" if self.alyx is None else self.alyx.url

    async def pages(self, path: str) -> AsyncIterator[tuple[int, list[Record]]]:
        """Give a list page by page: how many records there are, and some of them. Nothing if there is no such list."""
        found = {} if self.tables is None else self.tables.records(path)
        listed = False
        if self.alyx is not None:
            by_name = {one.get("nickname") or one.get("username") or one.get("name"): one for one in found.values()}
            async for announced, records in self._listed(self.alyx, path):
                listed = True
                yield (
                    announced,
                    [
                        merged(one, found, by_name, one.get("nickname") or one.get("username") or one.get("name"))
                        for one in records
                    ],
                )
        if not listed:
            every = list(found.values())
            for start in range(0, len(every), PAGE):
                yield len(every), every[start : start + PAGE]

    async def _listed(self, alyx: Alyx, path: str) -> AsyncIterator[tuple[int, list[Record]]]:
        if path not in INSIDE:
            async for page in alyx.pages(f"/{path}"):
                yield page
            return
        outer, key, relation = INSIDE[path]
        met = 0
        async for _, records in alyx.pages(f"/{outer}"):
            inner = [{**one, relation: record["id"]} for record in records for one in record.get(key) or []]
            met += len(inner)
            yield met, inner

    async def detail(self, path: str, key: str) -> Record | None:
        """Read one record whole; None if it has gone meanwhile."""
        record = None if self.alyx is None else await self.alyx.detail(f"/{path}", key)
        known = {} if self.tables is None else self.tables.records(path)
        return known.get(key) if record is None else merged(record, known, {}, None)

    async def picture(self, url: str) -> bytes | None:
        """Fetch the picture of a note; None if the source does not hand it out."""
        return None if self.alyx is None else await self.alyx.content(url)
