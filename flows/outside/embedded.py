"""A Prefect server that ends with whoever started it: `python -m flows.outside.embedded SOCKET KIND`.

Started by `flows.outside.server` before anything heavy is imported, so that both start at once. It ends when its
standard input closes, which the system sees to even if the run is killed.
"""

import contextlib
import gc
import os
import socket
import sys
import threading

import uvicorn


class Server(uvicorn.Server):
    """Looks for garbage only once it has started: what importing and migrating make all stays.

    A first start makes the tables of Prefect's database, and takes half as long this way.
    """

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        gc.freeze()
        gc.enable()


def main(address: str, kind: str) -> None:
    """Serve on an inherited socket (`fd:7`) or on a port of this machine (`port:8123`) until standard input closes.

    The kind `run` has no web page and no scheduler; `lasting` has both.
    """
    gc.disable()
    from prefect.server.api.server import create_app

    how, _, number = address.partition(":")
    listening = socket.socket(fileno=int(number)) if how == "fd" else socket.create_server(("127.0.0.1", int(number)))
    server = Server(uvicorn.Config(create_app(ephemeral=kind == "run", final=True), log_level="error", lifespan="on"))
    threading.Thread(target=_stop_with_parent, args=(server,), daemon=True).start()
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listening])
    os._exit(0)  # everything is closed; taking a large program apart object by object takes another second


def _stop_with_parent(server: uvicorn.Server) -> None:
    sys.stdin.buffer.read()
    server.should_exit = True


if __name__ == "__main__":
    main(*sys.argv[1:])
