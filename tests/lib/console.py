#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""console.py SOCKET COMMAND...: plays the engine for a --console-socket.

Listens on SOCKET, runs COMMAND (create or exec), takes the one message with the one descriptor that
the runtime sends, and prints {"exit": code, "name": what the message said, "descriptors": n,
"is_terminal": bool, "size": [rows, columns]}. Then, after the line "go" on standard input, it
copies what the program prints until the terminal hangs up."""
import array
import fcntl
import json
import os
import select
import socket
import struct
import subprocess
import sys
import termios
import time


def main():
    path, *command = sys.argv[1:]
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(path)
    listener.listen()
    # The engine accepts only after the runtime has ended: nobody may wait for an answer.
    run = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
    listener.settimeout(5)
    fds = array.array("i")
    name = b""
    try:
        connection, _ = listener.accept()
        name, ancillary, _, _ = connection.recvmsg(4096, socket.CMSG_SPACE(16 * 4))
        for _, _, data in ancillary:
            fds.frombytes(data[:len(data) // 4 * 4])
    except OSError:
        pass
    os.unlink(path)
    terminal = bool(fds) and os.isatty(fds[0])
    size = list(struct.unpack("HHHH", fcntl.ioctl(fds[0], termios.TIOCGWINSZ, b"\0" * 8))[:2]) if terminal else None
    print(json.dumps({"exit": run.returncode, "name": name.decode(), "descriptors": len(fds),
                      "is_terminal": terminal, "size": size,
                      "said": (run.stdout + run.stderr).decode()}), flush=True)
    if not terminal:
        return 1
    sys.stdin.readline()
    output, end = b"", time.monotonic() + 20
    while time.monotonic() < end:
        if not select.select([fds[0]], [], [], 0.2)[0]:
            continue
        try:
            data = os.read(fds[0], 65536)
        except OSError:
            break
        if not data:
            break
        output += data
    else:
        print("the terminal did not hang up")
    sys.stdout.write(output.decode().replace("\r", ""))
    return 0


sys.exit(main())
