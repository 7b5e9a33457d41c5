# SPDX-License-Identifier: Apache-2.0
"""What an agent writes by mistake, or not: fork, memory, or loop. None of them ends by itself."""
import os
import sys

kind = sys.argv[1]
print(f"{kind} bomb", flush=True)
if kind == "fork":
    refused = 0
    while True:
        try:
            os.fork()
        except OSError as error:
            if not refused:
                print("fork refused:", error, flush=True)
            refused += 1
elif kind == "memory":
    kept = []
    while True:
        kept.append(bytearray(b"x" * (16 << 20)))
else:
    while True:
        pass
