"""What an operator does on the server itself: accounts, roles, tokens, managed repositories."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar
from uuid import UUID

import click
from bregma_files import administration as files
from bregma_kit.db import Database, WriteTx
from bregma_kit.errors import Unavailable
from bregma_kit.objects import ObjectStore
from bregma_kit.settings import Settings, settings_from_environment
from bregma_metadata import administration as people
from bregma_transfer import administration as transfer

T = TypeVar("T")
MISTAKES = (people.Mistake, files.Mistake, transfer.Mistake, transfer.UnknownLab)


def installation_settings() -> Settings:
    """Return the settings in the environment, or those of the embedded installation that runs in this folder."""
    settings = settings_from_environment()
    if settings.database_url.get_secret_value():
        return settings
    from bregma_app.embedded.home import Home

    run = Home().read_run()
    if run is None or not run.environment.get("BREGMA_DATABASE_URL"):
        raise click.ClickException("No database: start one with `bregma up`, or set BREGMA_DATABASE_URL.")
    return Settings(**{name.removeprefix("BREGMA_").lower(): value for name, value in run.environment.items()})  # type: ignore[arg-type]


def public_address(settings: Settings) -> str:
    """Return where people find this installation: what is configured, or the embedded one's address."""
    if settings.base_url:
        return settings.base_url.rstrip("/")
    from bregma_app.embedded.home import Home

    run = Home().read_run()
    if run is None or not run.api:
        raise click.ClickException("Set BREGMA_BASE_URL to the address at which people find this installation.")
    return run.api


class Administration:
    """Each method is one transaction."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def _run(self, work: Callable[[WriteTx], Coroutine[Any, Any, T]]) -> T:
        async def whole() -> T:
            database = Database(self._settings.database_url.get_secret_value(), pool=1)
            await database.open()
            try:
                async with database.write() as tx:
                    return await work(tx)
            finally:
                await database.close()

        return asyncio.run(whole())

    def add_user(
        self, username: str, password: str, *, email: str, admin: bool, public: bool, lab: str | None, role: str
    ) -> None:
        """Add an account."""
        kind = "public" if public else "normal"
        self._run(
            lambda tx: people.add_user(tx, username, password, email=email, admin=admin, kind=kind, lab=lab, role=role)
        )

    def ensure_admin(self, username: str, password: str) -> None:
        """Make an administrator unless the account exists."""

        async def ensure(tx: WriteTx) -> None:
            if not await people.has_user(tx, username):
                await people.add_user(tx, username, password, admin=True)

        self._run(ensure)

    def set_password(self, username: str, password: str) -> None:
        """Set a password."""
        self._run(lambda tx: people.set_password(tx, username, password))

    def invite(self, usernames: Sequence[str], *, days: int) -> dict[str, str]:
        """Return a link for each of these people, or for all without a password: name → address of the page."""
        keys = self._run(lambda tx: people.invite(tx, usernames, days=days))
        return {name: f"{public_address(self._settings)}/welcome#{key}" for name, key in keys.items()}

    def disable(self, username: str) -> int:
        """Lock an account and return how many tokens were withdrawn."""
        return self._run(lambda tx: people.disable(tx, username))

    def give_role(self, username: str, lab: str, role: str) -> None:
        """Give a role in a lab."""
        self._run(lambda tx: people.give_role(tx, username, lab, role))

    def add_token(self, username: str, *, rig: bool, lab: str | None, name: str) -> str:
        """Make a token."""
        return self._run(lambda tx: people.add_token(tx, username, rig=rig, lab=lab, name=name))

    def add_lab(self, name: str, *, timezone: str, institution: str, closed: bool, **limits: float | None) -> float:
        """Add a lab; return the fraction of their expected weight that its animals must keep."""
        visibility = "closed" if closed else "open"

        async def add(tx: WriteTx) -> float:
            await people.add_lab(tx, name, timezone=timezone, institution=institution, visibility=visibility)
            return await people.set_lab(tx, name, {"institution": institution, **limits})

        return self._run(add)

    def set_lab(self, name: str, **values: Any) -> float:
        """Change what is given of a lab; return the fraction of their expected weight that its animals must keep."""
        return self._run(lambda tx: people.set_lab(tx, name, values))

    def list_labs(self) -> list[Any]:
        """Return all labs: name, timezone, visibility, people."""
        return self._run(people.list_labs)

    def bind_repository(
        self,
        name: str,
        bucket: str | None,
        labs: Sequence[str],
        *,
        create_bucket: bool = False,
        store: str | None = None,
    ) -> dict[str, str | None]:
        """Make a repository managed; without a bucket it is the configured one. Returns where each lab's uploads go."""
        chosen = bucket or self._settings.s3_bucket
        self._check_bucket(name, chosen, create=create_bucket, store=store)

        async def bind(tx: WriteTx) -> dict[str, str | None]:
            await files.bind_repository(tx, name, chosen, labs, store=store)
            return await _upload_places(tx, labs)

        return self._run(bind)

    def rebind_repository(self, name: str, bucket: str, *, create_bucket: bool = False) -> None:
        """Give a managed repository another bucket."""
        self._check_bucket(name, bucket, create=create_bucket)
        self._run(lambda tx: files.rebind_repository(tx, name, bucket))

    def remove_repository(self, name: str) -> None:
        """Forget a managed repository; its bucket stays as it is."""
        self._run(lambda tx: files.remove_repository(tx, name))

    def take_repository(self, name: str, labs: Sequence[str]) -> dict[str, str | None]:
        """Take a repository from labs, and return where their uploads go now."""

        async def take(tx: WriteTx) -> dict[str, str | None]:
            await files.take_from_labs(tx, name, labs)
            return await _upload_places(tx, labs)

        return self._run(take)

    def set_default_repository(self, name: str, labs: Sequence[str]) -> None:
        """Let labs' uploads go to a repository."""
        self._run(lambda tx: files.set_default(tx, name, labs))

    def list_repositories(self) -> list[files.Listed]:
        """Return all repositories."""
        return self._run(files.list_repositories)

    def add_source(self, repository: str, carrier: str, address: str, credential: str | None) -> None:
        """Let files be copied that are declared on a repository outside."""
        body = transfer.source_of(repository, carrier, address, credential)
        self._run(lambda tx: transfer.add_source(tx, body))

    def list_sources(self) -> list[Any]:
        """Return the repositories outside that files are copied from."""
        return self._run(transfer.list_sources)

    def remove_source(self, repository: str) -> None:
        """Copy nothing any more from a repository outside."""
        self._run(lambda tx: transfer.remove_source(tx, repository))

    def transfers(self, limit: int) -> transfer.Overview:
        """Return what is on its way between repositories."""
        return self._run(lambda tx: transfer.overview(tx, limit))

    def plan_transfers(self, lab: str | None, *, dry_run: bool) -> tuple[transfer.Plan, dict[UUID, str]]:
        """Plan transfers; return what was found missing, and the names of the rules."""

        async def whole() -> tuple[transfer.Plan, dict[UUID, str]]:
            database = Database(self._settings.database_url.get_secret_value(), pool=1)
            await database.open()
            try:
                return await transfer.plan(database, lab, dry_run=dry_run)
            finally:
                await database.close()

        return asyncio.run(whole())

    def _check_bucket(self, repository: str, bucket: str, *, create: bool, store: str | None = None) -> None:
        """Look at the store before anything is written: what is bound to no bucket takes no upload."""
        files.check_names(repository, bucket)
        if not self._settings.has_store:
            raise click.ClickException(
                "No object store runs or is configured: start one with `bregma up`, or set BREGMA_S3_ENDPOINT."
            )
        settings = self._settings if store is None else self._settings.of_store(store)
        if settings is None:
            known = ", ".join(sorted(self._settings.stores)) or "none"
            raise click.ClickException(f"BREGMA_STORES names no store '{store}'; it knows {known}.")
        objects = ObjectStore(settings)
        try:
            asyncio.run(files.check_bucket(objects, bucket, create=create))
        except Unavailable as error:
            raise click.ClickException(f"{error.detail} `bregma doctor` says what is wrong.") from None
        finally:
            objects.close()

    def count_users(self) -> int:
        """Return how many accounts there are."""
        return self._run(people.count_users)


async def _upload_places(tx: WriteTx, labs: Sequence[str]) -> dict[str, str | None]:
    return {lab: await files.upload_repository(tx, lab) for lab in labs}
