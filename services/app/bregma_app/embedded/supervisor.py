"""Starts everything in order, keeps it running, and ends it in reverse order."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Coroutine
from typing import Any

from bregma_kit.local.children import LocalServerError, end, identify
from bregma_kit.local.ports import free_port, is_free
from bregma_kit.local.seaweedfs import SeaweedPorts

from bregma_app.embedded import logs, servers
from bregma_app.embedded.child import Child
from bregma_app.embedded.home import Home, Kept, Run
from bregma_app.embedded.options import External, Options, settle
from bregma_app.embedded.processes import environment, our_children, run_command
from bregma_app.embedded.servers import Say, Store
from bregma_app.embedded.upgrade import bring_up_to_date
from bregma_app.embedded.welcome import ready_text

_SERVERS = ("store", "postgres")
_HEALTH_EVERY = 5.0


class Supervisor:
    """One run of one installation; ``up`` returns when it was asked to stop or could not start."""

    def __init__(self, home: Home, options: Options, say: Say) -> None:
        self.home = home
        self.options = options
        self.say = say
        self.external = External.from_environment()
        self.kept = Kept()
        self.children: dict[str, Child] = {}
        me = identify(os.getpid())
        assert me is not None
        self.run = Run(me)
        self._stop = asyncio.Event()
        self._asked = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def up(self) -> None:
        """Start, tell, watch, stop."""
        self.home.create()
        self.home.lock()
        end_leftovers(self.home)
        self.kept = settle(self.options, self.home.read_kept())
        self._watch_signals()
        self._publish()
        try:
            if await self._unless_stopped(self._start()):
                self.run.phase = "ready"
                self._publish()
                self.say(ready_text(self.home, self.run))
                await self._watch()
        except LocalServerError as error:
            self.run.phase, self.run.problem = "failed", str(error)
            raise
        finally:
            await self._end()

    # starting

    async def _start(self) -> None:
        self._choose_ports()
        database, store = await _both(self._start_database(), self._start_store())
        self.run.environment = environment(self.home, database, store)
        self._describe(database, store)
        binaries = self.external.postgres_binaries
        await bring_up_to_date(
            self.home, self.kept, self.run.environment, binaries, save=self.options.backup, say=self.say
        )
        started = our_children(self.home, self.options, self.kept.ports, self.run.environment)
        for child in started:
            self.children[child.name] = child
            child.start()
        self._publish()
        await asyncio.gather(*(child.wait_ready() for child in started))
        await self._seed()

    async def _start_database(self) -> str:
        if self.external.database_url:
            return self.external.database_url
        server, child = await asyncio.to_thread(servers.embedded_database, self.home, self.kept, self.external)
        self.children["postgres"] = child
        child.start()
        await child.wait_ready()
        await asyncio.to_thread(server.finish)
        return server.url

    async def _start_store(self) -> Store | None:
        if not self.options.wants_store:
            return None
        if self.external.s3_endpoint:
            return await servers.check_external_store(self.external, self.say)
        return await servers.start_embedded_store(self.home, self.kept, self.children, self.say)

    async def _seed(self) -> None:
        """Make the demo's data once; without them the rest still works, so that a failure is told and not fatal."""
        if not self.kept.demo or not (self.kept.seeded or self.options.wants_store):
            return
        admin = {"username": "demo", "password": self.home.secrets()["demo_password"]}
        if self.kept.seeded:
            self.run.demo = admin
            return
        self.say("Making demo data (once) ...")
        login = {
            "BREGMA_DEMO_API": self.run.api,
            "BREGMA_DEMO_ADMIN_USERNAME": admin["username"],
            "BREGMA_DEMO_ADMIN_PASSWORD": admin["password"],
        }
        try:
            await run_command(
                self.home, ["seed-demo"], {**self.run.environment, **login}, "The demo data were not made"
            )
        except LocalServerError as error:
            self.say(f"WARNING: {error}\nThe next `bregma up` tries again.")
            return
        self.run.demo = admin
        self.kept.seeded = True
        self.home.write_kept(self.kept)

    def _choose_ports(self) -> None:
        """Keep the ports of the first start; choose others for those that somebody else has taken since."""
        ports = self.kept.ports
        if self.options.port is not None and not is_free(self.options.port):
            raise LocalServerError(
                f"Port {self.options.port} is taken. See who listens with `ss -ltnp`, or choose another with --port."
            )
        store_names = [f"store_{name}" for name in SeaweedPorts.__dataclass_fields__]
        wanted = {"api", "postgres", *(self.options.services if self.options.split else ()), *store_names}
        for name in sorted(wanted):
            kept = ports.get(name)
            if kept is not None and is_free(kept) and (name not in store_names or is_free(kept + 10000)):
                continue
            taken = {port + offset for port in ports.values() for offset in (0, 10000)}
            ports[name] = free_port(with_grpc=name in store_names, avoid=taken)
            if kept is not None:
                self.say(f"Port {kept} ({name}) is taken by another program; using {ports[name]} from now on.")
        self.home.write_kept(self.kept)

    def _describe(self, database: str, store: Store | None) -> None:
        self.run.api = f"http://127.0.0.1:{self.kept.ports['api']}"
        self.run.database = database
        if store is not None:
            self.run.store = store.endpoint
            self.run.store_details = {
                "bucket": store.bucket, "fsync": store.fsync, "capabilities": store.capabilities.as_dict(),
                "embedded": not self.external.s3_endpoint,
            }  # fmt: skip

    # watching

    async def _watch(self) -> None:
        next_look = time.monotonic() + _HEALTH_EVERY
        look: asyncio.Task[None] | None = None
        while not self._stop.is_set():
            for child in self.children.values():
                if child.process is not None and not child.runs:
                    self.say(child.note_death())
                    self._publish()
                elif child.is_due:
                    child.restarts += 1
                    child.start()
                    self._in_background(self._revive(child))
            if time.monotonic() > next_look:
                next_look = time.monotonic() + _HEALTH_EVERY
                if look is None or look.done():
                    look = self._in_background(self._look_after())
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), 0.2)

    async def _revive(self, child: Child) -> None:
        try:
            await child.wait_ready()
        except LocalServerError as error:
            self.say(str(error))
            return
        self.say(f"{child.name} works again")
        self._publish()

    async def _look_after(self) -> None:
        """End what no longer answers (the watch starts it again), and keep the logs small."""
        for child in self.children.values():
            if not await child.check_health() and child.process is not None:
                self.say(f"{child.name} no longer answers; ending it")
                child.process.kill()
        await asyncio.to_thread(logs.rotate, self.home.logs)

    def _in_background(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    # ending

    def _watch_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._ask_to_stop)

    def _ask_to_stop(self) -> None:
        """Stop in order; asked again, stop at once."""
        self._asked += 1
        self._stop.set()
        if self._asked == 1:
            self.say("Stopping (again: at once) ...")
            return
        for child in self.children.values():
            if child.process is not None:
                child.process.kill()

    async def _unless_stopped(self, work: Coroutine[Any, Any, None]) -> bool:
        """Do the work unless somebody asks to stop; True if it was done."""
        task = asyncio.create_task(work)
        stop = asyncio.create_task(self._stop.wait())
        await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if task.done():
            await task
            return True
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        return False

    async def _end(self) -> None:
        """End our processes, last started first, then the servers they need."""
        if self.run.phase != "failed":
            self.run.phase = "stopping"
        self._publish()
        for task in list(self._tasks):
            task.cancel()
        ours = [child for name, child in self.children.items() if name not in _SERVERS]
        for child in reversed(ours):
            await child.stop()
        await asyncio.gather(*(self.children[name].stop() for name in _SERVERS if name in self.children))
        self.home.forget_run()

    def _publish(self) -> None:
        self.run.processes = [child.record for child in self.children.values() if child.record is not None]
        self.home.write_run(self.run)


async def _both(
    database: Coroutine[Any, Any, str], store: Coroutine[Any, Any, Store | None]
) -> tuple[str, Store | None]:
    """Wait for both, so that a failure of one leaves nothing half started by the other."""
    one, other = asyncio.create_task(database), asyncio.create_task(store)
    try:
        await asyncio.wait({one, other})
    except asyncio.CancelledError:  # somebody asked to stop meanwhile
        one.cancel()
        other.cancel()
        await asyncio.gather(one, other, return_exceptions=True)
        raise
    return one.result(), other.result()


def end_leftovers(home: Home, *, servers_too: bool = False) -> None:
    """End processes of a run whose supervisor was killed; nothing else that has come to have their numbers."""
    run = home.read_run()
    if run is None:
        return
    for record in reversed(run.processes):
        # when starting, PostgreSQL and the store are ended by their launchers, which also look at their lock files
        if (record.name in _SERVERS and not servers_too) or not record.is_alive():
            continue
        first = signal.SIGINT if record.name == "postgres" else signal.SIGTERM
        if not end(record.identity, (first, 15.0), (signal.SIGKILL, 5.0)):
            raise LocalServerError(f"Process {record.pid} ({record.command}) does not end; end it and try again.")
    home.forget_run()
