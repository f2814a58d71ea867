"""What the first start prints: where things are, how to log in, and three things to try."""

from pathlib import Path

from bregma_app.embedded.home import Home, Run, program


def ready_text(home: Home, run: Run, *, detached: bool = False) -> str:
    """Return the lines that follow a start."""
    end = f"{program()} down" if detached else "Ctrl-C"
    lines = [
        "Bregma is ready.",
        f"  API     {run.api}   (its pages: {run.api}/docs; in the animal house: {run.api}/today)",
        f"  store   {run.store or 'none (only metadata)'}",
        f"  folder  {home.path} (chosen by {home.chosen_by})",
    ]
    if run.demo:
        lines.append(f"  login   {run.demo['username']} / {run.demo['password']}   (demo)")
    lines.append(f"  {end} ends it")
    return "\n".join([*lines, "", "Three things to try:", *_three_things(run), ""])


def _three_things(run: Run) -> list[str]:
    bregma = program()
    if not run.demo:
        return [
            f"  1. make yourself an administrator:  {bregma} user add --admin NAME",
            f"  2. read and try the API:            {run.api}/docs",
            f"  3. see what runs:                   {bregma} status",
        ]
    one = str(Path(bregma).with_name("one"))
    if not run.store:
        return [
            f"  1. read and try the API:      {run.api}/docs",
            f"  2. look after the animals:    {run.api}/today",
            f"  3. load data, with the store: {bregma} down && {bregma} up",
        ]
    return [
        f"  1. read and try the API:  {run.api}/docs",
        f"  2. find sessions:         {one} login {run.api} -u {run.demo['username']} -p {run.demo['password']}",
        f"                            {one} search",
        f"  3. load one's trials:     {one} get DEMO_001/2026-01-05/001 trials",
    ]
