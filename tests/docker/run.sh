#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# docker run: exit codes, input and output, what an image says, and leaving nothing behind.
. "$(dirname "$0")/../lib/test.sh"
. "$TEST_SOURCE/tests/lib/engine.sh"
. "$TEST_SOURCE/tests/lib/docker.sh"
docker_begin

status_of_run() {
    run "$@" >"$TEST_TMP/out" 2>"$TEST_TMP/err" </dev/null
    echo $?
}

equal 'exit code 0' "$(status_of_run box true)" 0
equal 'exit code 42' "$(status_of_run box sh -c 'exit 42')" 42
equal 'a file that is not executable: 126' "$(status_of_run box /etc/passwd)" 126
match 'and the reason is told' "$(cat "$TEST_TMP/err")" 'permission denied'
equal 'a directory as the program: 126' "$(status_of_run box /etc)" 126
equal 'a program that is not there: 127' "$(status_of_run box /no/such)" 127
match 'and the reason is told' "$(cat "$TEST_TMP/err")" 'no such file or directory'
equal 'a name that is not in PATH: 127' "$(status_of_run box nosuch)" 127
match 'and the reason is told' "$(cat "$TEST_TMP/err")" 'executable file not found in \$PATH'
# PID 1 ignores signals without handler that it sends to itself, so a child must fall.
equal 'killed by a signal: 137' "$(status_of_run box sh -c 'sh -c "kill -9 \$\$"; exit $?')" 137

equal 'standard output' "$(run box echo hello)" hello
equal 'standard error' "$(run box sh -c 'echo problem >&2' 2>&1 >/dev/null)" problem
equal 'nothing but the output comes' "$(run box true 2>&1)" ''
equal '-i reads standard input' "$(echo from outside | run -i box cat)" 'from outside'
equal 'a megabyte passes through' "$(head -c 1000000 /dev/zero | run -i box wc -c)" 1000000

equal '-w' "$(run -w /tmp box pwd)" /tmp
equal '-w of a directory that is not there' "$(run -w /no/such/dir box pwd)" /no/such/dir
equal '-e' "$(run -e FOO=bar box sh -c 'echo $FOO')" bar
equal '--hostname' "$(run --hostname mybox box hostname)" mybox
equal '--entrypoint' "$(run --entrypoint /bin/echo box a b)" 'a b'
equal '--user with a number' "$(run --user 1000:1000 box id -u)" 1000
equal '--user with a name' "$(run --user user box id -u)" 1000

d import --change 'USER 1000:1000' --change 'WORKDIR /home/user' --change 'ENTRYPOINT ["/bin/sh", "-c"]' \
    --change 'CMD ["id -u; pwd"]' --change 'ENV A=b' - "$NAME-image" >/dev/null \
    < <(d export "$(d create --name "$NAME-export" box true)")
d rm "$NAME-export" >/dev/null
equal 'USER, WORKDIR, ENTRYPOINT and CMD of the image' "$(run "$NAME-image" | tr '\n' ' ')" '1000 /home/user '
equal 'ENV of the image' "$(run "$NAME-image" 'echo $A')" b

equal '--init runs the program' "$(run --init box echo ok)" ok
equal '--init is process 1' "$(run --init box sh -c 'tr "\0" " " </proc/1/cmdline | cut -d" " -f1')" /sbin/docker-init
equal '--init passes the exit code on' "$(status_of_run --init box sh -c 'exit 9')" 9

d run -d --runtime="$DOCKER_RUNTIME" --name "$NAME-wait" box sh -c 'echo line; sleep 1; exit 3' >/dev/null
equal 'wait' "$(d wait "$NAME-wait")" 3
equal 'logs' "$(d logs "$NAME-wait")" line
equal 'state: exited' "$(d inspect -f '{{.State.Status}} {{.State.ExitCode}}' "$NAME-wait")" 'exited 3'
check 'start again' d start "$NAME-wait"
equal 'and wait' "$(d wait "$NAME-wait")" 3
check 'rm' d rm "$NAME-wait"

# Two at the same time do not meet.
d run -d --runtime="$DOCKER_RUNTIME" --name "$NAME-a" box sleep 100 >/dev/null
d run -d --runtime="$DOCKER_RUNTIME" --name "$NAME-b" box sleep 100 >/dev/null
equal 'two side by side run' "$(d ps -q --filter "name=$NAME-[ab]" | wc -l)" 2
equal 'one does not see the other' "$(d exec "$NAME-a" ps -o args | grep -c 'sleep 100')" 1
check 'rm -f of both' d rm -f "$NAME-a" "$NAME-b"

d rmi "$NAME-image" >/dev/null
equal 'no container is left' "$(d ps -aq | wc -l)" 0
