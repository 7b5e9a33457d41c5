#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Exhaustion: processes, memory, files in memory, descriptors, terminals, keys, core dumps. All is
# contained by limits that nobody asked for, and gone afterwards. No control: it would be contained by
# the fence around this test only.
. "$(dirname "$0")/../lib/test.sh"
. "$TEST_SOURCE/tests/lib/bundle.sh"
id=$MARK-bomb
pids() {
    cat "/sys/fs/cgroup/pids/$MARK/$id/$1" 2>/dev/null || cat "/sys/fs/cgroup/$MARK/$id/$1"
}
unlimited='.linux.resources = {devices: [{allow: true, access: "rwm"}], pids: {limit: -1}, memory: {limit: -1}}'
bomb() { # SCRIPT: what it prints, and its exit code
    run_args "$id" "$unlimited" /bin/sh -c "$1" 2>&1
    echo "($?)"
}

new_bundle $id "$unlimited" '.process.args = ["/bin/sh", "-c", "f() { f | f & }; f; exec /bin/probe hold"]'
agentrun create --bundle "$TEST_TMP/$id" $id >/dev/null 2>&1 </dev/null
agentrun start $id
sleep 2
check 'fork bomb: at most 256 processes' [ "$(pids pids.current)" -le 256 ]
match 'fork bomb: the limit was reached' "$(pids pids.events)" 'max [1-9]'
start=$(date +%s%N)
check 'fork bomb: kill works' agentrun kill --all $id KILL
check 'fork bomb: ends' wait_until 10 has_status $id stopped
check 'fork bomb: delete works' agentrun delete --force $id
nothing_left 'fork bomb: nothing is left'

match 'memory bomb: killed' "$(bomb 'x=xxxxxxxxxxxxxxxx; while :; do x=$x$x; done')" '\(137\)|emory'
match '/tmp: full, or killed at the limit of memory' "$(bomb 'dd if=/dev/zero of=/tmp/x bs=1M count=4000')" 'No space|Killed|\(137\)'
match '/dev/shm: full' "$(bomb 'dd if=/dev/zero of=/dev/shm/x bs=1M count=4000')" 'No space|Killed|\(137\)'
match '/dev: full at once' "$(bomb 'dd if=/dev/zero of=/dev/x bs=1M count=100')" 'No space|denied|Read-only'
match '/run: full' "$(bomb 'dd if=/dev/zero of=/run/x bs=1M count=4000')" 'No space|Killed|\(137\)'
match 'files without size: no more names' "$(bomb 'i=0; while [ $i -lt 40000 ]; do : >/tmp/$i || break; i=$((i+1)); done; echo $i')" 'No space'
match 'descriptors: an end at 4096' "$(bomb 'ulimit -n')" '^(1024|4096)$'
match 'more descriptors: refused' "$(bomb 'ulimit -n 100000 && echo GIVEN')" 'not permitted|cannot|can.t|error'
match 'core dumps: none' "$(bomb 'ulimit -c')" '^0$'
match 'locked memory: little' "$(bomb 'ulimit -l')" '^(64|[0-9]|[1-5][0-9])$'
equal 'real-time priority' "$(probe . syscall sched-fifo | jq -r '.["sched-fifo"]')" EPERM
equal 'negative nice' "$(probe . syscall nice-up | jq -r '.["nice-up"]')" EACCES
match 'terminals: bounded' "$(run_args "$id" . /bin/sh -c 'i=0; while [ $i -lt 200 ] && eval "exec $((i+10))<>/dev/ptmx"; do i=$((i+1)); done 2>/dev/null; echo $i; mount | grep -o "max=[0-9]*"; true' 2>&1 | tail -n 1; probe . report | jq -r '.mountinfo[] | select(test(" /dev/pts "))')" 'max=64'
# Output that nobody reads does not fill the memory of the runtime: it only passes it on.
"$AGENTRUN" --root "$STATE" --version >/dev/null
new_bundle $id '.process.args = ["/bin/sh", "-c", "yes | head -c 200000000"]'
equal 'much output passes through' "$(agentrun run --bundle "$TEST_TMP/$id" $id | wc -c)" 200000000
nothing_left
