#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# ctr run, and ctr task exec, kill, pause, ps, metrics, delete, under a private containerd.
. "$(dirname "$0")/../lib/test.sh"
. "$TEST_SOURCE/tests/lib/engine.sh"
. "$TEST_SOURCE/tests/lib/containerd.sh"
containerd_begin

equal 'run' "$(run echo hello 2>&1)" hello
equal 'exit code 0' "$(run true; echo $?)" 0
equal 'exit code 42' "$(run sh -c 'exit 42'; echo $?)" 42
refuse 'a program that is not there' run /no/such
match 'and the reason is told' "$(run /no/such 2>&1)" 'no such file or directory'
equal 'standard input' "$(echo from outside | run head -n 1)" 'from outside'
equal '--env' "$(run --env A=b sh -c 'echo $A')" b
equal '--cwd' "$(run --cwd /tmp pwd)" /tmp
equal '--tty' "$("$TEST_SOURCE/tests/lib/terminal.py" nsenter -t "$ENGINE_PID" --mount --uts --net -- \
    ctr --address "$TEST_TMP/containerd.sock" run --rm --tty --runc-binary "$CONTAINERD_RUNTIME" \
    --cgroup "/$CONTAINERD_CGROUP/tty" "$IMAGE" "$NAME-tty" sh -c 'tty' | tr -d '\r')" /dev/pts/0

start() {
    local id=$1
    shift
    c run -d --runc-binary "$CONTAINERD_RUNTIME" --cgroup "/$CONTAINERD_CGROUP/$id" "$IMAGE" "$id" "$@"
}
task_status() {
    c task ls | awk -v id="$1" '$1 == id { print $3 }'
}
is_task_status() {
    [ "$(task_status "$1")" = "$2" ]
}

check 'run -d' start "$NAME" sh -c 'trap "exit 4" TERM; while :; do sleep 0.1; done'
equal 'the task runs' "$(task_status "$NAME")" RUNNING
equal 'task exec' "$(c task exec --exec-id one "$NAME" echo inside)" inside
equal 'task exec: exit code' "$(c task exec --exec-id two "$NAME" sh -c 'exit 6'; echo $?)" 6
equal 'task exec --user' "$(c task exec --exec-id three --user 1000 "$NAME" id -u)" 1000
equal 'task exec --cwd' "$(c task exec --exec-id four --cwd /tmp "$NAME" pwd)" /tmp
equal 'task exec has the rights of the first process' \
    "$(c task exec --exec-id five "$NAME" grep -E '^(Cap|NoNew|Seccomp)' /proc/self/status)" \
    "$(c task exec --exec-id six "$NAME" grep -E '^(Cap|NoNew|Seccomp)' /proc/1/status)"
match 'task ps' "$(c task ps "$NAME")" '[0-9]'
check 'task metrics' c task metrics "$NAME"
check 'task pause' c task pause "$NAME"
equal 'it is paused' "$(task_status "$NAME")" PAUSED
check 'task resume' c task resume "$NAME"
equal 'it runs' "$(task_status "$NAME")" RUNNING
refuse 'task delete of a running task is refused' c task delete "$NAME"
check 'task kill' c task kill -s SIGTERM "$NAME"
check 'it stops' wait_until 5 is_task_status "$NAME" STOPPED
check 'task delete' c task delete "$NAME"
check 'container delete' c container delete "$NAME"

check 'run -d again with the id' start "$NAME" sh -c 'trap "" TERM; (setsid sleep 1000 &); sleep 1000; true'
pids=$(c task ps "$NAME" | awk 'NR > 1 { print $1 }')
equal 'three processes' "$(wc -l <<<"$pids")" 3
check 'task kill --all' c task kill -s SIGKILL -a "$NAME"
check 'it stops' wait_until 5 is_task_status "$NAME" STOPPED
left=0
for pid in $pids; do [ ! -d "/proc/$pid" ] || left=$((left + 1)); done
equal 'no process is left' $left 0
c task delete "$NAME" >/dev/null 2>&1
check 'container delete' c container delete "$NAME"

# --- who asks for more ---------------------------------------------------------------------------
plain=$(run /bin/probe report) asked=$(run --privileged --net-host /bin/probe report)
check 'run --privileged --net-host starts' [ -n "$asked" ]
for field in .uid .gid .status.CapBnd .status.CapEff .status.CapPrm .status.NoNewPrivs .status.Seccomp \
    '.interfaces | map(split(":")[0])' .devices; do
    equal "the same with everything asked for: $field" "$(jq -cS "$field" <<<"$asked")" "$(jq -cS "$field" <<<"$plain")"
done
equal 'no capability' "$(jq -r .status.CapBnd <<<"$asked")" 0000000000000000
equal 'loopback only' "$(jq '.interfaces | length' <<<"$asked")" 3
refuse 'a bind of /etc is refused' run --mount type=bind,src=/etc,dst=/x,options=rbind:ro true
equal 'no task is left' "$(c task ls -q | wc -l)" 0
equal 'no state is left' "$(engine_in sh -c 'ls /run/containerd/runc/default 2>/dev/null | wc -l')" 0
check 'no cgroup is left' wait_until 5 sh -c \
    "[ -z \"\$(find /sys/fs/cgroup -mindepth 3 -type d -path '*$CONTAINERD_CGROUP/*')\" ]"
