#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# No inherited descriptor is visible inside: not the engine's listening socket on 3, not any other up
# to 20, in create, start, run and exec; --preserve-fds passes on what was named, and nothing else.
. "$(dirname "$0")/../lib/test.sh"
. "$TEST_SOURCE/tests/lib/bundle.sh"

# Runs a command with 3 to 20 open: a listening socket, directories of the host, files, pipes.
with_descriptors() {
    python3 - "$@" <<'END'
import os
import socket
import sys

listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
listener.bind(f"\0agentrun-test-{os.getpid()}")
listener.listen()
kinds = [listener.fileno(), os.open("/", os.O_RDONLY), os.open("/etc/shadow", os.O_RDONLY),
         os.pipe()[0], os.open("/proc/self/ns/net", os.O_RDONLY), os.open("/dev/null", os.O_RDWR)]
high = [os.dup2(fd, 100 + i) for i, fd in enumerate(kinds)]
for fd in range(3, 21):
    os.dup2(high[(fd - 3) % len(high)], fd, inheritable=True)
os.closerange(21, 200)
os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
os.execvp(sys.argv[1], sys.argv[1:])
END
}
runtime="$AGENTRUN --root $STATE"
id=$MARK-fds
only_standard='["0","1","2"]'

new_bundle "$id" '.process.args = ["/bin/probe", "report"]'
# shellcheck disable=SC2086
report=$(with_descriptors $runtime run --bundle "$TEST_TMP/$id" "$id")
equal 'run: only the standard descriptors are open' "$(jq -c '.fds | keys' <<<"$report")" "$only_standard"

new_bundle "$id" '.process.args = ["/bin/sh", "-c", "/bin/probe report >/tmp/report; exec /bin/probe hold"]'
# shellcheck disable=SC2086
with_descriptors $runtime create --bundle "$TEST_TMP/$id" "$id" >/dev/null 2>&1
pid=$(agentrun state "$id" | jq .pid)
others() { # descriptors of the waiting init that are none of its own
    local link
    for link in /proc/"$1"/fd/*; do
        case $(readlink "$link") in /etc/shadow) echo "$link" ;; esac
    done | grep -v '/fd/[012]$'
}
equal 'create: init does not keep what it inherited' "$(others "$pid")" ''
# shellcheck disable=SC2086
with_descriptors $runtime start "$id"
check 'the program runs' wait_until 5 agentrun exec "$id" test -s /tmp/report
equal 'create, start: only the standard descriptors' \
    "$(agentrun exec "$id" cat /tmp/report | jq -c '.fds | keys')" "$only_standard"
# shellcheck disable=SC2086
equal 'exec: only the standard descriptors' \
    "$(with_descriptors $runtime exec "$id" /bin/probe report | jq -c '.fds | keys')" "$only_standard"
# shellcheck disable=SC2086
with_descriptors $runtime exec --detach --pid-file "$TEST_TMP/exec-pid" "$id" /bin/probe hold >/dev/null 2>&1
equal 'exec --detach: only the standard descriptors' \
    "$(ls "/proc/$(cat "$TEST_TMP/exec-pid")/fd" | tr '\n' ' ')" '0 1 2 '
equal 'init: only the standard descriptors' "$(ls "/proc/$pid/fd" | tr '\n' ' ')" '0 1 2 '
agentrun delete --force "$id"

# The standard descriptors themselves may be closed.
new_bundle "$id" '.process.args = ["/bin/probe", "exit", "4"]'
agentrun run --bundle "$TEST_TMP/$id" "$id" <&- >&- 2>&-
equal 'run with closed standard descriptors' $? 4

# LISTEN_FDS of somebody else means nothing.
new_bundle "$id" '.process.args = ["/bin/probe", "report"]'
# shellcheck disable=SC2086
equal 'LISTEN_FDS without being for us is ignored' \
    "$(LISTEN_FDS=5 LISTEN_PID=1 with_descriptors $runtime run --bundle "$TEST_TMP/$id" "$id" |
        jq -c '.fds | keys')" "$only_standard"
nothing_left
