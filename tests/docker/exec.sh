#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# docker exec in all its forms; whatever is asked for, no process has more rights than the first.
. "$(dirname "$0")/../lib/test.sh"
. "$TEST_SOURCE/tests/lib/engine.sh"
. "$TEST_SOURCE/tests/lib/docker.sh"
docker_begin

d run -d --runtime="$DOCKER_RUNTIME" --name "$NAME" -e KEPT=yes -w /srv box sleep 1000 >/dev/null
at_exit forget "$NAME"

equal 'exec' "$(d exec "$NAME" echo hello)" hello
equal 'exit code' "$(d exec "$NAME" sh -c 'exit 17'; echo $?)" 17
equal 'exit code of a signal' "$(d exec "$NAME" sh -c 'kill -9 $$'; echo $?)" 137
match 'a program that is not there' "$(d exec "$NAME" /no/such 2>&1; echo $?)" 'no such file or directory|12[67]'
equal '-i' "$(echo abc | d exec -i "$NAME" cat)" abc
equal '-e' "$(d exec -e X=1 "$NAME" sh -c 'echo $X$KEPT')" 1yes
equal '-w' "$(d exec -w /tmp "$NAME" pwd)" /tmp
equal 'the working directory of the container' "$(d exec "$NAME" pwd)" /srv
equal '-u with a number' "$(d exec -u 1000 "$NAME" id -u)" 1000
equal '-u with a name' "$(d exec -u user "$NAME" id -u)" 1000
equal '-it' "$("$TEST_SOURCE/tests/lib/terminal.py" docker exec -it "$NAME" sh -c 'test -t 0 && tty' | tr -d '\r')" /dev/pts/0
check '-d' d exec -d "$NAME" sh -c 'echo done >/tmp/detached'
check '-d runs' wait_until 5 docker exec "$NAME" test -e /tmp/detached

# What the kernel says about the first process and about one that asked for everything.
rights='^(Cap(Inh|Prm|Eff|Bnd|Amb)|NoNewPrivs|Seccomp|Seccomp_filters):'
first=$(d exec "$NAME" grep -E "$rights" /proc/1/status)
for options in '' '--privileged' '-u 0' '--privileged -u 0:0 -it'; do
    # shellcheck disable=SC2086
    have=$("$TEST_SOURCE/tests/lib/terminal.py" docker exec $options "$NAME" grep -E "$rights" /proc/self/status | tr -d '\r')
    equal "rights of exec $options" "$have" "$first"
done
for namespace in mnt pid net ipc uts cgroup; do
    equal "exec --privileged is in the container's $namespace namespace" \
        "$(d exec --privileged -u 0 "$NAME" readlink /proc/self/ns/$namespace)" \
        "$(d exec "$NAME" readlink /proc/self/ns/$namespace)"
done
equal 'no capability at all' "$(d exec --privileged "$NAME" grep -c '^Cap.*:.0000000000000000$' /proc/self/status)" 5
equal 'only standard descriptors' \
    "$(d exec "$NAME" sh -c 'ls /proc/self/fd | grep -c "^[3-9]"')" 1 # the one of ls itself

pids=''
for i in 1 2 3 4 5 6 7 8; do
    d exec "$NAME" sh -c "echo $i; sleep 0.2" >"$TEST_TMP/exec-$i" &
    pids="$pids $!"
done
# shellcheck disable=SC2086
wait $pids
equal 'eight at the same time' "$(sort "$TEST_TMP"/exec-* | tr -d '\n')" 12345678
