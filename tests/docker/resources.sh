#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# top, pause, update, stats, cp, volumes, and what happens when limits are reached.
. "$(dirname "$0")/../lib/test.sh"
. "$TEST_SOURCE/tests/lib/engine.sh"
. "$TEST_SOURCE/tests/lib/docker.sh"
docker_begin

cgroup_file() {
    local controller=$1 file=$2 path
    path=$(sed -n "s/^[0-9]*:\(.*,\)*$controller\(,.*\)*:\(.*\)/\3/p" "/proc/$(pid_of "$NAME")/cgroup")
    cat "/sys/fs/cgroup/$controller$path/$file"
}

d run -d --runtime="$DOCKER_RUNTIME" --name "$NAME" --memory 100m --pids-limit 50 box sleep 1000 >/dev/null
at_exit forget "$NAME"

match 'top' "$(d top "$NAME")" 'sleep 1000'
check 'pause' d pause "$NAME"
equal 'is paused' "$(d inspect -f '{{.State.Status}}' "$NAME")" paused
check 'unpause' d unpause "$NAME"
equal 'runs again' "$(d exec "$NAME" echo yes)" yes
check 'stats' d stats --no-stream "$NAME"

equal '--memory' "$(cgroup_file memory memory.limit_in_bytes)" $((100 << 20))
equal '--pids-limit' "$(cgroup_file pids pids.max)" 50
check 'update --memory' d update --memory 64m --memory-swap 64m "$NAME"
equal 'takes effect' "$(cgroup_file memory memory.limit_in_bytes)" $((64 << 20))
check 'update --restart sends zeros' d update --restart no "$NAME"
equal 'which change nothing' "$(cgroup_file memory memory.limit_in_bytes)" $((64 << 20))
d update --pids-limit -1 --memory 100g --memory-swap -1 "$NAME" >/dev/null 2>&1
pids=$(cgroup_file pids pids.max)
check 'update does not lift the limit of processes' [ "$pids" != max ]
check 'update does not lift the limit of memory' \
    [ "$(cgroup_file memory memory.limit_in_bytes)" -le $((1 << 30)) ]
d rm -f "$NAME" >/dev/null

d run -d --runtime="$DOCKER_RUNTIME" --name "$NAME" box sleep 1000 >/dev/null
check 'memory is limited without being asked for' \
    [ "$(cgroup_file memory memory.limit_in_bytes)" -le $((1 << 30)) ]
check 'processes are limited without being asked for' [ "$(cgroup_file pids pids.max)" != max ]
check 'cpu is limited without being asked for' [ "$(cgroup_file cpu cpu.cfs_quota_us)" -gt 0 ]
check 'oom_score_adj is not negative' [ "$(cat "/proc/$(pid_of "$NAME")/oom_score_adj")" -ge 0 ]
echo content >"$TEST_TMP/file"
d exec "$NAME" sh -c 'echo from inside >/tmp/inside'
# cp works on the image's layers, where /tmp of the container (a tmpfs) cannot be seen; /etc can.
check 'cp out of the container' d cp "$NAME:/etc/passwd" "$TEST_TMP/passwd"
match 'is the file' "$(cat "$TEST_TMP/passwd")" '^root:'
d rm -f "$NAME" >/dev/null

run box sh -c 'dd if=/dev/zero of=/tmp/fill bs=1M' >/dev/null 2>&1
check 'a full /tmp fails' [ $? -ne 0 ]
equal 'memory bomb: 137' "$(run --memory 32m box sh -c 'x=x; while :; do x=$x$x; done' >/dev/null 2>&1; echo $?)" 137
start=$SECONDS
# The limit is the runtime's own; the caller's is the net for a runtime that has none.
timeout 60 docker run --rm --runtime="$DOCKER_RUNTIME" --name "$NAME-bomb" --pids-limit 500 box \
    sh -c 'f() { f | f & }; f; sleep 2; exit 0' >/dev/null 2>&1
check 'fork bomb: contained' [ $((SECONDS - start)) -lt 50 ]
d rm -f "$NAME-bomb" >/dev/null 2>&1
equal 'afterwards all is well' "$(run box echo well)" well

# --- volumes -------------------------------------------------------------------------------------
mkdir "$TEST_TMP/shared"
chown 1234:1234 "$TEST_TMP/shared"
echo input >"$TEST_TMP/shared/in"
equal 'a volume from an allowed directory' "$(run -v "$TEST_TMP/shared:/data:ro" box cat /data/in)" input
refuse 'read-only stays read-only' run -v "$TEST_TMP/shared:/data:ro" box touch /data/x
check 'a writable volume' run -v "$TEST_TMP/shared:/data" box sh -c 'echo out >/data/out'
equal 'what is written belongs to the owner of the directory' "$(stat -c %u:%g "$TEST_TMP/shared/out")" 1234:1234
d volume create "$NAME" >/dev/null
check 'a named volume' run -v "$NAME:/data" box sh -c 'echo kept >/data/file'
equal 'keeps what is written' "$(run -v "$NAME:/data" box cat /data/file)" kept
check 'rm of the volume' d volume rm "$NAME"
equal '--tmpfs' "$(run --tmpfs /cache:size=1m box sh -c 'echo a >/cache/a && cat /cache/a')" a
