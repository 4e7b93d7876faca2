"""A Prefect server that ends with whoever started it: `python -m flows.outside.embedded SOCKET KIND`.

Started by `flows.outside.server` before anything heavy is imported, so that both start at once. It ends when its
standard input closes, which the system sees to even if the run is killed.
"""

import contextlib
import gc
import socket
import sys
import threading

import uvicorn


def main(address: str, kind: str) -> None:
    """Serve on an inherited socket (`fd:7`) or on a port of this machine (`port:8123`) until standard input closes.

    The kind `run` has no web page and no scheduler; `lasting` has both.
    """
    gc.disable()  # importing and migrating make millions of objects that all stay: collecting takes half of the time
    from prefect.server.api.server import create_app

    how, _, number = address.partition(":")
    listening = socket.socket(fileno=int(number)) if how == "fd" else socket.create_server(("127.0.0.1", int(number)))
    config = uvicorn.Config(create_app(ephemeral=kind == "run", final=True), log_level="error", lifespan="on")
    server = uvicorn.Server(config)
    threading.Thread(target=_stop_with_parent, args=(server,), daemon=True).start()
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listening])


def _stop_with_parent(server: uvicorn.Server) -> None:
    sys.stdin.buffer.read()
    server.should_exit = True


if __name__ == "__main__":
    main(*sys.argv[1:])
