#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Detached containers: logs, stop, kill, rm -f, restart policies, attach, terminals, health checks.
. "$(dirname "$0")/../lib/test.sh"
. "$TEST_SOURCE/tests/lib/engine.sh"
. "$TEST_SOURCE/tests/lib/docker.sh"
docker_begin

start() {
    d run -d --runtime="$DOCKER_RUNTIME" --name "$NAME" "$@" >/dev/null
}

status() {
    d inspect -f '{{.State.Status}} {{.State.ExitCode}}' "$NAME"
}

is_status() {
    [ "$(status)" = "$1" ]
}

pid_is_gone() {
    [ ! -d "/proc/$1" ]
}

start box sh -c 'trap "echo bye; exit 5" TERM; echo up; while :; do sleep 0.1; done'
check 'the program runs' wait_until 5 sh -c "docker logs $NAME | grep -q up"
pid=$(pid_of "$NAME")
check 'stop' d stop -t 5 "$NAME"
equal 'stop sends TERM and the program ends by itself' "$(status)" 'exited 5'
match 'what it said last is in the log' "$(d logs "$NAME")" 'bye'
check 'its process is gone' wait_until 5 pid_is_gone "$pid"
check 'start again' d start "$NAME"
equal 'runs again' "$(d inspect -f '{{.State.Running}}' "$NAME")" true
check 'kill' d kill "$NAME"
check 'kill ends it with 137' wait_until 5 is_status 'exited 137'
check 'rm' d rm "$NAME"

start box sh -c 'trap "" TERM; while :; do sleep 0.1; done'
check 'stop of a program that ignores TERM' d stop -t 1 "$NAME"
equal 'ends with KILL' "$(status)" 'exited 137'
d rm "$NAME" >/dev/null

start box sh -c 'trap "echo usr1" USR1; while :; do sleep 0.1; done'
sleep 0.5
check 'kill -s USR1' d kill -s USR1 "$NAME"
check 'arrives' wait_until 5 sh -c "docker logs $NAME | grep -q usr1"
pid=$(pid_of "$NAME")
check 'rm -f of a running container' d rm -f "$NAME"
check 'its process is gone' wait_until 5 pid_is_gone "$pid"

start box sh -c '(setsid sleep 1000 &) ; sleep 1000; true'
sleep 0.5
processes=$(d top "$NAME" -o pid | tail -n +2)
equal 'top shows all processes' "$(wc -l <<<"$processes")" 3
d rm -f "$NAME" >/dev/null
left=0
for pid in $processes; do [ ! -d "/proc/$pid" ] || left=$((left + 1)); done
equal 'rm -f leaves no process, of other sessions neither' $left 0

start --restart on-failure:2 box sh -c 'exit 1'
check 'restart on failure' wait_until 30 sh -c "[ \$(docker inspect -f '{{.RestartCount}}' $NAME) = 2 ]"
check 'and then it stays down' wait_until 10 is_status 'exited 1'
d rm -f "$NAME" >/dev/null
start --restart always box sleep 1000
pid=$(pid_of "$NAME")
kill -KILL "$pid"
check 'restart after init was killed' wait_until 20 sh -c \
    "p=\$(docker inspect -f '{{.State.Pid}}' $NAME); [ \$p != 0 ] && [ \$p != $pid ]"
check 'restart' d restart -t 0 "$NAME"
equal 'runs again' "$(d inspect -f '{{.State.Running}}' "$NAME")" true
d rm -f "$NAME" >/dev/null

start -i box sh -c 'read line; echo "got $line"'
equal 'attach passes input and output' "$( (echo some input; sleep 1) | timeout 20 docker attach "$NAME")" 'got some input'
d rm -f "$NAME" >/dev/null

# --- terminals -----------------------------------------------------------------------------------
terminal() {
    "$TEST_SOURCE/tests/lib/terminal.py" "$@"
}
equal '-t gives a terminal' \
    "$(terminal docker run --rm -it --runtime="$DOCKER_RUNTIME" box sh -c 'tty; test -t 0 && test -t 1 && echo yes' |
        tr -d '\r' | grep -v WARNING | tr '\n' ' ')" '/dev/pts/0 yes '
equal '-t has the size of the caller' \
    "$(terminal --size 33x99 docker run --rm -it --runtime="$DOCKER_RUNTIME" box sh -c 'sleep 1; stty size' |
        tr -d '\r' | grep -v WARNING)" '33 99'
equal 'what is typed arrives' \
    "$(terminal --type 'exit 3\n' docker run --rm -it --runtime="$DOCKER_RUNTIME" box sh >/dev/null; echo $?)" 3
equal 'control-C interrupts the program' \
    "$(terminal --wait ready --type '\x03' docker run --rm -it --runtime="$DOCKER_RUNTIME" box \
        sh -c 'trap "echo interrupted; exit 4" INT; echo ready; while :; do sleep 0.1; done' |
        tr -d '\r' | grep -c interrupted)" 1

# --- health check --------------------------------------------------------------------------------
start --health-cmd 'test -e /tmp/ok' --health-interval 0.5s --health-retries 1 box \
    sh -c 'touch /tmp/ok; sleep 1000'
check 'health check: healthy' wait_until 20 sh -c \
    "[ \$(docker inspect -f '{{.State.Health.Status}}' $NAME) = healthy ]"
d exec "$NAME" rm /tmp/ok
check 'health check: unhealthy' wait_until 20 sh -c \
    "[ \$(docker inspect -f '{{.State.Health.Status}}' $NAME) = unhealthy ]"
d rm -f "$NAME" >/dev/null
