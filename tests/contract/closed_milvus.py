"""Runs the Milvus server of the PyPI package ``milvus`` where nothing but one Unix socket leads to it.

Release 2.3.5 listens on every interface whatever its settings say, so it runs in a network namespace of its own that
has a loopback interface and no other. ``unshare`` makes the namespace; this program is the first process in it. It
ends, and every process of the namespace with it, when its standard input closes: also when the tests are killed.

    unshare --user --map-root-user --net --pid --mount-proc --fork --kill-child python closed_milvus.py FOLDER SOCKET
"""

from __future__ import annotations

import fcntl
import os
import socket
import struct
import sys
import threading
from pathlib import Path

from milvus import MilvusServer, MilvusServerConfig

_SIOCSIFFLAGS, _IFF_UP, _IFF_RUNNING = 0x8914, 0x1, 0x40
_READY_WITHIN_MS = 180_000


def _raise_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", _IFF_UP | _IFF_RUNNING))


def _copy(source: socket.socket, target: socket.socket) -> None:
    try:
        while block := source.recv(1 << 16):
            target.sendall(block)
        target.shutdown(socket.SHUT_WR)
    except OSError:  # one side has gone; the other direction ends by itself
        pass


def _forward(path: Path, port: int) -> None:
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(path))
        door.listen()
        while True:
            outside, _ = door.accept()
            inside = socket.create_connection(("127.0.0.1", port))
            for source, target in ((outside, inside), (inside, outside)):
                threading.Thread(target=_copy, args=(source, target), daemon=True).start()


def main() -> None:
    folder, path = Path(sys.argv[1]), Path(sys.argv[2])
    _raise_loopback()
    server = MilvusServer(MilvusServerConfig(data_dir=str(folder)), wait_for_started=False)
    server.start()
    server.wait_started(_READY_WITHIN_MS)
    threading.Thread(target=_forward, args=(path, server.listen_port), daemon=True).start()
    print("ready", flush=True)
    sys.stdin.buffer.read()
    os._exit(0)  # the first process of a PID namespace takes the others with it


if __name__ == "__main__":
    main()
