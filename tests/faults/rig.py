"""A rig as a process of its own, which ends itself by SIGKILL when something happens: no handler, no goodbye.

python rig.py URL FOLDER SPOOL [EVENT COUNT]; the token comes in BREGMA_TOKEN.
"""

import os
import signal
import sys
import threading

from one_client.backends.api import Api
from one_client.upload import Event, Uploader, put_session


def main() -> None:
    url, folder, spool, *when = sys.argv[1:]
    kind, count = (when[0], int(when[1])) if when else ("", 0)
    lock = threading.Lock()
    seen = 0

    def on_event(event: Event) -> None:
        nonlocal seen
        with lock:
            print(event.kind, event.path, event.detail, flush=True)
            seen += event.kind == kind
            if kind and event.kind == kind and seen >= count:
                os.kill(os.getpid(), signal.SIGKILL)

    api = Api(url, os.environ["BREGMA_TOKEN"])
    report = put_session(api, folder, spool=spool, uploader=Uploader(api, workers=2, on_event=on_event, progress=False))
    print("report", report.eid, "good" if report.good else "bad", flush=True)


if __name__ == "__main__":
    main()
