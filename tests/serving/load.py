"""Asks a service as fast as it answers, in a process of its own, so that what it measures does not wait for the test's own threads.

    python load.py PORT SECONDS CLIENTS BODY_FILE

Every client has one connection and sends one request after the other. Prints JSON: the seconds that each answer took, and the
seconds of processor time that asking cost.
"""

from __future__ import annotations

import json
import re
import socket
import sys
import threading
import time
from pathlib import Path


def ask(port: int, body: bytes, end: float, taken: list[float]) -> None:
    head = f"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    request = head.encode() + body
    with socket.create_connection(("127.0.0.1", port), timeout=120) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while time.perf_counter() < end:
            start = time.perf_counter()
            connection.sendall(request)
            data = b""
            while b"\r\n\r\n" not in data:
                data += connection.recv(65_536)
            first, _, rest = data.partition(b"\r\n\r\n")
            if not first.startswith(b"HTTP/1.1 200"):
                raise SystemExit(f"{data[:500]!r}")
            left = int(re.search(rb"(?i)content-length: (\d+)", first)[1]) - len(rest)
            while left > 0:
                left -= len(connection.recv(1 << 20))
            taken.append(time.perf_counter() - start)


def main() -> None:
    port, seconds, n_clients, path = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    body, end = Path(path).read_bytes(), time.perf_counter() + seconds
    taken: list[list[float]] = [[] for _ in range(n_clients)]
    threads = [threading.Thread(target=ask, args=(port, body, end, each)) for each in taken]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps({"taken": sorted(second for each in taken for second in each), "cpu": time.process_time()}))


if __name__ == "__main__":
    main()
