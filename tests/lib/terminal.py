#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""terminal.py [--size ROWSxCOLUMNS] [--wait TEXT] [--type TEXT] COMMAND...

Runs a command on a terminal of its own, copies what it prints to standard output and ends with its
exit status. --type sends TEXT (with escapes as in C), after --wait's TEXT was seen if that is given.
"""
import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time

LIMIT_S = 60


def main():
    arguments = sys.argv[1:]
    options = {}
    while arguments and arguments[0].startswith("--"):
        name = arguments.pop(0)
        options[name] = arguments.pop(0)
    rows, columns = map(int, options.get("--size", "24x80").split("x"))
    typed = options.get("--type", "").encode().decode("unicode_escape").encode()
    awaited = options.get("--wait", "").encode()

    master, slave = pty.openpty()
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    pid = os.fork()
    if pid == 0:
        os.close(master)
        os.login_tty(slave)
        os.execvp(arguments[0], arguments)
    os.close(slave)
    output, end = b"", time.monotonic() + LIMIT_S
    while time.monotonic() < end:
        if typed and awaited in output:
            os.write(master, typed)
            typed = b""
        if not select.select([master], [], [], 0.2)[0]:
            continue
        try:
            data = os.read(master, 65536)
        except OSError:
            break
        if not data:
            break
        output += data
    sys.stdout.buffer.write(output)
    sys.stdout.flush()
    if time.monotonic() >= end:
        os.kill(pid, 9)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) % 256


sys.exit(main())
