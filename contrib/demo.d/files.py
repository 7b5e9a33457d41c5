# SPDX-License-Identifier: Apache-2.0
"""What an agent does that looks for secrets: tries to open files of the host, and the engine's
socket, by every route it can think of. Prints one JSON line per path. Which file it was is told by
device and inode, since a container has an /etc/passwd of its own.

Arguments: path=device:inode ..."""
import glob
import json
import os
import socket
import stat
import sys


def routes(path):
    yield path
    for root in ["/host", "/mnt", "/proc/1/root", *glob.glob("/proc/[0-9]*/root"),
                 *glob.glob("/proc/[0-9]*/cwd")]:
        yield root + path


def get(route, identity):
    status = os.stat(route)
    if f"{status.st_dev}:{status.st_ino}" != identity:
        raise OSError("another file")
    if stat.S_ISSOCK(status.st_mode):
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(route)
            client.sendall(b"GET /_ping HTTP/1.0\r\n\r\n")
            return client.recv(100)
    with open(route, "rb") as file:
        return file.read(100)


for argument in sys.argv[1:]:
    path, _, identity = argument.rpartition("=")
    result = {"what": path, "reached": False, "how": "no route"}
    for route in routes(path):
        try:
            if get(route, identity):
                result = {"what": path, "reached": True, "how": route}
                break
        except OSError:
            pass
    print(json.dumps(result), flush=True)

processes = [name for name in os.listdir("/proc") if name.isdigit()]
print(json.dumps({"what": "processes of the host", "reached": len(processes) > 5,
                  "how": f"{len(processes)} processes are visible"}), flush=True)
