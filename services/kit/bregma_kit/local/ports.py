"""Free TCP ports on the loopback address."""

import random
import socket
from collections.abc import Collection

# Below the range from which Linux takes the ports of outgoing connections (32768 and up), and low enough that
# port + GRPC_OFFSET, which SeaweedFS takes as well, stays below it too.
LOWEST, HIGHEST = 12000, 22700
GRPC_OFFSET = 10000


def is_free(port: int) -> bool:
    """Tell whether nobody listens on this loopback port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port(*, with_grpc: bool = False, avoid: Collection[int] = ()) -> int:
    """Choose a free port; ``with_grpc`` asks for one whose neighbour 10000 above is free as well."""
    for port in random.sample(range(LOWEST, HIGHEST), 500):
        wanted = [port, port + GRPC_OFFSET] if with_grpc else [port]
        if not any(p in avoid for p in wanted) and all(is_free(p) for p in wanted):
            return port
    raise OSError(f"No free port between {LOWEST} and {HIGHEST} on 127.0.0.1; stop something that listens there.")
