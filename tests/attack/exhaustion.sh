#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Using the host up: processes, memory, file systems, descriptors, kernel objects, time. Setup: a
# caller who asks for no limit at all. Expected: an error or the end at the limit of the policy, and
# the host stays responsive. Control: the same program, bounded, in a control group of the test with
# 1500 processes and 3 GiB gets what it wants.
. "$(dirname "$0")/../lib/test.sh"
. "$TEST_SOURCE/tests/lib/bundle.sh"
. "$TEST_SOURCE/tests/lib/hostile.sh"

unlimited='.linux.resources += {memory: {limit: -1, swap: -1, disableOOMKiller: true}, pids: {limit: -1},
    cpu: {quota: -1}}
    | .process.oomScoreAdj = -1000 | .process.rlimits = [{type: "RLIMIT_CORE", soft: 1000000000, hard: 1000000000},
    {type: "RLIMIT_NOFILE", soft: 1048576, hard: 1048576}, {type: "RLIMIT_MEMLOCK", soft: 1000000000, hard: 1000000000}]'
exhaust() { # WHAT BOUND: "COUNT RESULT" in the container
    attack "$unlimited" /bin/attacker "$@" 2>/dev/null
}

# On the host, within the fence. The program is held open, since /tmp is mounted over.
unlimited_run() {
    # shellcheck disable=SC2016
    fenced unshare --mount --ipc --pid --fork sh -c 'exec 9<"$1"; shift; mount -t proc none /proc; mount -t tmpfs none /tmp
        exec /proc/self/fd/9 "$@"' sh "$ATTACKER" "$@" 2>&1
}

# what              bound   hardened                      at most  control
attacks='
processes           600     EAGAIN                        256      ok
clones              600     EAGAIN                        256      ok
threads             600     EAGAIN                        256      ok
descriptors         5000    EMFILE                        4096     ok
terminals           300     ENOSPC                        64       ok
locked-memory       100     EPERM|ENOMEM                  1        ok
huge-pages          2       ENOMEM                        0        -
queues              100     EMFILE|ENOMEM|ENOSPC          99       -
signals             5000    EAGAIN                        4096     ok
timers              5000    EAGAIN                        4096     ok
keys                10      ENOSYS                        0        ok
files               40000   ENOSPC                        20000    ok
inotify             200     EMFILE                        128      -'
while read -r what bound denied most reached; do
    [ -n "$what" ] || continue
    result=$(exhaust "$what" "$bound")
    match "$what end with an error" "$result" "^[0-9]+ ($denied)\$"
    check "$what are bounded" [ "${result%% *}" -le "$most" ]
    case $reached in
    -) ;; # this machine's own limits say no before ours would
    *) match "control: $what" "$(unlimited_run "$what" "$bound")" "^$bound $reached\$" ;;
    esac
done <<<"$attacks"

# Memory in each of its disguises: killed at the limit (137) or refused, never more than the limit.
for what in memory memfd-space shm; do
    attack "$unlimited" /bin/attacker $what 900 >"$TEST_TMP/out" 2>&1
    status=$?
    check "$what beyond the limit: killed or refused" [ $status -eq 137 -o $status -eq 1 ]
done
# Buffers in the kernel end at the limits of descriptors and of pipe pages per user, or at the same limit.
for what in pipes socket-queues; do
    attack "$unlimited" /bin/attacker $what 4000 >"$TEST_TMP/out" 2>&1
    status=$?
    check "$what without end: killed or refused" [ $status -eq 137 -o $status -eq 1 ]
done
equal 'control: memory beyond the limit' "$(fenced "$ATTACKER" memory 900)" '900 ok'
for place in /tmp /var/tmp /run /dev/shm /dev; do
    result=$(shell "$unlimited" "dd if=/dev/zero of=$place/full bs=1M count=900 2>&1; echo ended \$?")
    match "filling $place" "$result" 'No space|Permission denied|Killed|ended 137|^$'
done
for place in / /etc /bin; do
    match "writing to $place" "$(shell "$unlimited" "dd if=/dev/zero of=$place/full bs=1M count=1 2>&1")" 'Read-only'
done
match 'control: /tmp takes more' "$(control_shell '.mounts += [{"destination": "/tmp", "type": "tmpfs", "source": "tmpfs"}]' \
    'dd if=/dev/zero of=/tmp/full bs=1M count=600 2>&1')" '600\+0 records out'

# A loop without end gets the CPUs of the policy, not more: the quota stands in the cgroup.
id=$MARK-spin
new_attack "$id" "$unlimited" /bin/sh -c 'for i in 1 2 3 4 5 6 7 8; do while :; do :; done & done; wait'
agentrun create --bundle "$TEST_TMP/$id" "$id" >/dev/null 2>&1 </dev/null
agentrun start "$id"
cgroup_file() {
    cat "/sys/fs/cgroup/$1/$MARK/$id/$2" 2>/dev/null || cat "/sys/fs/cgroup/$MARK/$id/$3"
}
quota=$(cgroup_file cpu cpu.cfs_quota_us cpu.max)
check 'a quota although none was asked for' [ "${quota%% *}" -gt 0 ]
wait_until 10 sh -c "! grep -qx 'nr_throttled 0' /sys/fs/cgroup/cpu/$MARK/$id/cpu.stat"
check 'the host answers meanwhile' timeout 10 "$AGENTRUN" --root "$STATE" state "$id"
check 'paused: killed and removed all the same' agentrun pause "$id"
check 'delete --force of a paused spinner' timeout 20 "$AGENTRUN" --root "$STATE" delete --force "$id"
# An update that asks for everything gets what the policy allows.
running "$id"
agentrun update --memory -1 --memory-swap -1 --pids-limit -1 --cpu-quota -1 "$id" >/dev/null 2>&1
equal 'update: memory stays bounded' "$(cgroup_file memory memory.limit_in_bytes memory.max)" $((512 << 20))
equal 'update: processes stay bounded' "$(cgroup_file pids pids.max pids.max)" 256
echo '{"memory": {"limit": 9223372036854775807, "disableOOMKiller": true}, "pids": {"limit": 0},
    "cpu": {"quota": -1, "shares": 262144, "realtimeRuntime": 950000}, "unified": {"memory.max": "max"}}' >"$TEST_TMP/update"
agentrun update --resources "$TEST_TMP/update" "$id" >/dev/null 2>&1
equal 'update from a file: memory stays bounded' "$(cgroup_file memory memory.limit_in_bytes memory.max)" $((512 << 20))
check 'update from a file: processes stay bounded' [ "$(cgroup_file pids pids.max pids.max)" -le 256 ]
check 'update from a file: shares stay bounded' [ "$(cgroup_file cpu cpu.shares cpu.weight)" -le 1024 ]

# A flood of execs is charged to the container: beyond the limit of processes each is refused.
for ((i = 0; i < 60; i++)); do
    timeout 30 "$AGENTRUN" --root "$STATE" exec --detach "$id" /bin/attacker threads 8 >/dev/null 2>&1 </dev/null &
done
wait
peak=$(cgroup_file pids pids.current pids.current)
check 'CVE-2022-31030: a flood of execs stays below the limit of processes' [ "$peak" -le 256 ]
check 'and the container can be deleted' timeout 20 "$AGENTRUN" --root "$STATE" delete --force "$id"

# Output without a reader blocks in the pipe; the runtime keeps nothing of it.
mkfifo "$TEST_TMP/flood"
new_attack "$id" "$unlimited" /bin/sh -c 'yes'
timeout 60 "$AGENTRUN" --root "$STATE" run --bundle "$TEST_TMP/$id" "$id" >"$TEST_TMP/flood" 2>/dev/null </dev/null &
runtime=$!
exec 7<"$TEST_TMP/flood"
head -c 200000000 <&7 >/dev/null
resident=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "$(ls -d /proc/[0-9]*/exe 2>/dev/null | while read -r exe; do
    [ "$(readlink "$exe" 2>/dev/null)" = "$AGENTRUN" ] && grep -lqz -- "$id" "${exe%exe}cmdline" && echo "${exe%exe}status"; done | head -1)")
check 'CVE-2022-1708, CVE-2025-64329: 200 MB of output leave the runtime below 16 MiB' [ "${resident:-0}" -le 16384 ]
agentrun delete --force "$id"
exec 7<&-
wait $runtime

# No core file, although one was asked for.
equal 'no core limit' "$(attack "$unlimited" /bin/probe report | jq -c .rlimits.CORE)" '[0,0]'
equal 'a hundred faults' "$(exhaust faults 100)" '100 ok'
nothing_left
