#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The network: whatever is asked for, before, while and after the start, the program has loopback
# only; and the engine, which decorates another namespace, is content.
. "$(dirname "$0")/../lib/test.sh"
. "$TEST_SOURCE/tests/lib/engine.sh"
. "$TEST_SOURCE/tests/lib/docker.sh"
docker_begin

interfaces='ls /sys/class/net; sed -n "s/^ *\([^:]*\):.*/\1/p" /proc/net/dev; cat /proc/net/route | tail -n +2'
only_loopback=$'lo\nlo'
for options in '' '--network bridge' '--network host' '--network none' '-p 18080:80' \
    '--network host --privileged' '--cap-add NET_ADMIN'; do
    # shellcheck disable=SC2086
    equal "only loopback with '$options'" "$(run $options box sh -c "$interfaces" 2>&1)" "$only_loopback"
done

# A listener on an address of the daemon's namespace: the network that a container could reach.
engine_in ip link add test0 type bridge
engine_in ip address add 172.31.251.1/24 dev test0
engine_in ip link set test0 up
engine_in busybox nc -ll -p 7777 -e /bin/echo secret </dev/null >/dev/null 2>&1 &
listener=$!
at_exit end_process $listener
at_exit engine_in ip link delete test0
fetch='nc -w 2 172.31.251.1 7777 </dev/null'
answers() {
    [ "$(engine_in busybox nc -w 2 172.31.251.1 7777 </dev/null)" = secret ]
}
wait_until 10 answers
equal 'the control: the listener answers in its own namespace' "$(engine_in busybox nc -w 2 172.31.251.1 7777 </dev/null)" secret
for options in '' '--network host' '--network host --privileged'; do
    # shellcheck disable=SC2086
    match "no connection to the host with '$options'" "$(run $options box sh -c "$fetch; true" 2>&1)" 'unreachable'
done
equal 'loopback works' "$(run box sh -c '(echo hello | nc -l -p 80 &)
    until nc -w 1 127.0.0.1 80 </dev/null; do sleep 0.1; done 2>/dev/null')" hello

start() {
    d run -d --runtime="$DOCKER_RUNTIME" --name "$@" >/dev/null
}

start "$NAME" -p 18081:80 box sh -c 'while :; do echo answer | nc -l -p 80; done'
at_exit forget "$NAME"
sleep 0.5
equal 'a published port stays closed' "$(engine_in busybox nc -w 2 127.0.0.1 18081 </dev/null 2>/dev/null)" ''
check 'network create' d network create --subnet 172.31.252.0/24 "$NAME"
at_exit sh -c "docker network rm $NAME >/dev/null 2>&1"
check 'network connect on a running container' d network connect "$NAME" "$NAME"
equal 'it stays without interface' "$(d exec "$NAME" sh -c "$interfaces" 2>&1)" "$only_loopback"
equal 'an exec --privileged neither has one' "$(d exec --privileged -u 0 "$NAME" sh -c "$interfaces" 2>&1)" "$only_loopback"
check 'network disconnect' d network disconnect "$NAME" "$NAME"
d rm -f "$NAME" >/dev/null

start "$NAME-a" box sh -c 'while :; do echo neighbour | nc -l -p 80; done'
at_exit forget "$NAME-a"
equal '--network container:X does not join X' \
    "$(run --network "container:$NAME-a" box sh -c 'nc -w 1 127.0.0.1 80 </dev/null' 2>/dev/null)" ''
address=$(d inspect -f '{{.NetworkSettings.IPAddress}}' "$NAME-a")
match 'the neighbour cannot be reached' \
    "$(run box sh -c "nc -w 2 ${address:-172.31.250.2} 80 </dev/null; true" 2>&1)" unreachable
check 'the namespace is nobody else'"'"'s' [ "$(readlink "/proc/$(pid_of "$NAME-a")/ns/net")" != \
    "$(readlink "/proc/$ENGINE_PID/ns/net")" ]
