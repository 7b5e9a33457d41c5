#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# With live-restore a container outlives its daemon, and the next daemon can do everything with it.
. "$(dirname "$0")/../lib/test.sh"
. "$TEST_SOURCE/tests/lib/engine.sh"
. "$TEST_SOURCE/tests/lib/docker.sh"
# A daemon of its own: this test ends it.
unset ENGINE_ENVIRONMENT
DOCKER_LIVE_RESTORE=true
docker_begin

d run -d --runtime="$DOCKER_RUNTIME" --name "$NAME" box sh -c 'while :; do date +%s; sleep 0.2; done' >/dev/null
pid=$(pid_of "$NAME")
kill "$(cat "$DOCKER_DIRECTORY/docker.pid")"
check 'the daemon ends' wait_until 20 process_is_gone "$DOCKER_PID"
check 'the container lives on' [ -d "/proc/$pid" ]
check 'the daemon starts again' docker_daemon
equal 'it is the same container' "$(pid_of "$NAME")" "$pid"
equal 'exec works' "$(d exec "$NAME" echo yes)" yes
check 'pause and unpause work' sh -c "docker pause $NAME && docker unpause $NAME"
check 'top works' d top "$NAME"
check 'stop works' d stop -t 1 "$NAME"
check 'its process is gone' [ ! -d "/proc/$pid" ]
check 'start works' d start "$NAME"

# The daemon and everything of it killed: what is left is found and removed.
pid=$(pid_of "$NAME")
shim=$(awk '{print $4}' "/proc/$pid/stat")
kill -KILL "$shim"
check 'after the shim was killed the container ends' wait_until 20 sh -c \
    "[ \$(docker inspect -f '{{.State.Running}}' $NAME) = false ]"
check 'its process is gone' wait_until 5 [ ! -d "/proc/$pid" ]
check 'rm works' d rm -f "$NAME"
equal 'no state directory is left' \
    "$(engine_in sh -c 'ls /run/docker/runtime-runc/moby 2>/dev/null | wc -l')" 0
