#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# What would outlive a container: children in sessions of their own that ignore signals, frozen
# processes, mounts, IPC objects, processes of exec. Expected: all gone. Control: the same family of
# processes without a pid namespace survives the death of its first process.
. "$(dirname "$0")/../lib/test.sh"
. "$TEST_SOURCE/tests/lib/bundle.sh"
. "$TEST_SOURCE/tests/lib/hostile.sh"

family='for i in 1 2 3 4; do (trap "" TERM HUP INT; setsid sh -c "trap \"\" TERM; sleep 300 & sleep 300" &) & done; sleep 300'
at_least() { # COUNT: processes in the control groups of this test
    [ "$(processes_of_test | wc -l)" -ge "$1" ]
}
gone() {
    [ -z "$(processes_of_test)" ]
}
id=$MARK-family
for how in 'kill the init' 'delete --force' 'kill --all' 'delete --force while paused'; do
    new_bundle "$id" '.linux.namespaces |= map(select(.type != "pid"))' \
        ".process.args = $(jq -cn --arg s "$family" '["/bin/sh", "-c", $s]')"
    agentrun create --bundle "$TEST_TMP/$id" --pid-file "$TEST_TMP/pid" "$id" >/dev/null 2>&1 </dev/null
    agentrun start "$id"
    check "$how: the family is there" wait_until 5 at_least 9
    agentrun exec --detach "$id" /bin/sleep 300 >/dev/null 2>&1 </dev/null
    case $how in
    'kill the init') kill -KILL "$(cat "$TEST_TMP/pid")" ;;
    'kill --all') agentrun kill --all "$id" KILL ;;
    *paused) agentrun pause "$id" && agentrun delete --force "$id" ;;
    *) agentrun delete --force "$id" ;;
    esac
    check "$how: all of the family are gone" wait_until 10 gone
    agentrun delete --force "$id" 2>/dev/null
    nothing_left "$how: nothing is left"
done
fenced setsid sh -c "$family" </dev/null >/dev/null 2>&1 &
wait_until 5 at_least 9
kill -KILL "$(head -1 "/sys/fs/cgroup/pids/$MARK/cgroup.procs" 2>/dev/null || head -1 "/sys/fs/cgroup/$MARK/cgroup.procs")"
check 'control: without a container the family survives its first process' at_least 8
for pid in $(cat "/sys/fs/cgroup/pids/$MARK/cgroup.procs" 2>/dev/null || cat "/sys/fs/cgroup/$MARK/cgroup.procs"); do
    kill -KILL "$pid" 2>/dev/null
done
wait

# Mounts, namespaces, IPC objects and state after many runs.
counts() {
    host_state
    cat /proc/sysvipc/*
    find /sys/fs/cgroup -type d -name "$MARK-*"
    ls /run/netns 2>/dev/null
}
before=$(counts)
# Of others, too, so some more are no leftover.
namespaces=$(find /proc/[0-9]*/ns -type l -printf '%l\n' 2>/dev/null | sort -u | wc -l)
# The kernel gives the queues of a container back some time after its end, so a later one may get
# fewer: what counts is what is left.
new_bundle "$MARK-many" '.process.args = ["/bin/sh", "-c", "attacker shm 2 >/tmp/x; attacker queues 3 >/tmp/y; exit 0"]'
for ((i = 0; i < 100; i++)); do
    agentrun run --bundle "$TEST_TMP/$MARK-many" "$MARK-many" >/dev/null 2>&1 </dev/null || echo failed
done >"$TEST_TMP/out"
equal '100 runs' "$(cat "$TEST_TMP/out")" ''
equal 'mounts, IPC objects and cgroups are as before' "$(counts)" "$before"
check 'no namespace is left' [ "$(find /proc/[0-9]*/ns -type l -printf '%l\n' 2>/dev/null | sort -u | wc -l)" -le $((namespaces + 30)) ]

# A pid that was given to somebody else is never killed: the state names a start time.
id=$MARK-recycled
running "$id"
pid=$(cat "$TEST_TMP/$id/pid")
kill -KILL "$pid"
wait_until 5 has_status "$id" stopped
sleep 60 &
other=$!
sed -i "s/\"pid\":[ ]*$pid/\"pid\":$other/" "$STATE/$id/state.json"
equal 'a recycled pid is a stopped container' "$(status_of "$id")" stopped
agentrun kill "$id" KILL >/dev/null 2>&1
check 'delete' agentrun delete "$id"
check 'and the other process lives' kill -0 $other
end_process $other
refuse 'a second delete' "$AGENTRUN" --root "$STATE" delete "$id"
for bad in .. . 'a/b' '../x' "$(printf 'x%.0s' {1..300})" 'a b' ''; do
    refuse "id '${bad:0:20}' is refused" "$AGENTRUN" --root "$STATE" delete "$bad"
done
match 'CVE-2021-41091, CVE-2021-41103, CVE-2024-25621: the state directory is for root only' \
    "$(stat -c %a "$STATE")" '700$'
nothing_left
