"""A scientist with the stock client, unmodified, in a process and a home of its own.

python stock_scientist.py API USERNAME PASSWORD OUT SUBJECT:COLLECTION:OBJECT ...; loads an object of every session of each
subject and writes what it got to OUT as <eid>/<attribute>.
"""

import sys
from pathlib import Path

import numpy as np
from one.api import ONE


def main() -> None:
    api, username, password, out, *wanted = sys.argv[1:]
    cache = Path(out).parent / "cache"
    cache.mkdir(exist_ok=True)
    one = ONE(base_url=api, username=username, password=password, silent=True, cache_dir=cache, mode="remote")
    # where files are: the client keeps this in its parameters, as `ONE.setup` writes them
    server = one.alyx._par.set("HTTP_DATA_SERVER", f"{api}/data").set("HTTP_DATA_SERVER_LOGIN", username)
    object.__setattr__(one.alyx, "_par", server.set("HTTP_DATA_SERVER_PWD", password))
    found = {}
    for subject, collection, name in (text.split(":") for text in wanted):
        for eid in one.search(subject=subject):
            for attribute, values in one.load_object(eid, name, collection=collection).items():
                found[f"{eid}/{attribute}"] = values
    np.savez(out, **found)


if __name__ == "__main__":
    main()
