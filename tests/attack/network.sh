#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Ways to a network. Setup: a container whose caller names no network namespace, or one that has a
# listener, a route and an address. Attempt: connect, send, abstract sockets, a new interface, other
# families of sockets. Expected: nothing but loopback answers. Control: the same with runc in the
# namespace that the caller named reaches the listener.
. "$(dirname "$0")/../lib/test.sh"
. "$TEST_SOURCE/tests/lib/bundle.sh"
. "$TEST_SOURCE/tests/lib/hostile.sh"

# A namespace of ours stands for the network of the host: an address, a route, two listeners.
net=$MARK-net
ip netns add "$net"
at_exit ip netns delete "$net"
ip -n "$net" link set lo up
ip -n "$net" address add 192.0.2.1/32 dev lo
ip -n "$net" route add default dev lo
ip netns exec "$net" "$ATTACKER" abstract-listen "$MARK" >/dev/null &
at_exit end_process $!
ip netns exec "$net" "$ATTACKER" listen 192.0.2.1 8000 >/dev/null &
at_exit end_process $!
wait_until 5 ip netns exec "$net" "$ATTACKER" abstract-connect "$MARK"
named=".linux.namespaces |= map(if .type == \"network\" then .path = \"/run/netns/$net\" else . end)"
own='.linux.namespaces |= map(select(.type != "network"))'
before=$(ip -n "$net" -oneline address)

match 'control: the listener answers' "$(control "$named" /bin/probe connect 192.0.2.1 8000)" connected
equal 'control: its abstract socket answers' "$(control "$named" /bin/attacker abstract-connect "$MARK")" ok
for filter in "$named" "$own"; do
    for address in 192.0.2.1 192.0.2.2 1.1.1.1 169.254.169.254 10.0.0.1 172.17.0.1 2001:db8::1 fe80::1; do
        match "connect to $address (${filter:20:30})" \
            "$(attack "$filter" /bin/probe connect $address 8000)" '^(ENETUNREACH|EINVAL|EADDRNOTAVAIL)$'
    done
    equal "abstract sockets (${filter:20:30})" \
        "$(attack "$filter" /bin/attacker abstract-connect "$MARK")" ECONNREFUSED
    match "interfaces (${filter:20:30})" "$(shell "$filter" 'ls /sys/class/net | tr "\n" " "; tail -n +3 /proc/net/dev | wc -l')" \
        '^lo 1$'
done
for address in 255.255.255.255 224.0.0.1 8.8.8.8 ff02::1; do
    match "a datagram to $address" "$(attack "$named" /bin/attacker datagram $address 53)" '^(ENETUNREACH|EADDRNOTAVAIL|EINVAL)$'
done
equal 'CVE-2024-29018: no name server at 127.0.0.11' \
    "$(attack "$named" /bin/attacker datagram 127.0.0.11 53)" ECONNREFUSED
match 'control: a datagram leaves' "$(control "$named" /bin/attacker datagram 192.0.2.1 53)" 'ok|ECONNREFUSED'
for address in 127.0.0.1 ::1; do
    equal "loopback works: $address" "$(attack "$named" /bin/attacker loopback $address)" ok
done
for command in 'ip link add dummy0 type dummy' 'ip link set lo down' 'ip address add 192.0.2.9/24 dev lo' \
    'ip route add default dev lo'; do
    match "$command" "$(shell "$named" "$command")" 'not permitted|denied'
done
equal 'control: an address can be added' \
    "$(control_shell . 'ip address add 192.0.2.9/24 dev lo && echo added')" added

# Moving an interface of the host, and paths that are no namespace.
attack "$named"' | .linux.netDevices = {"eth0": {}, "lo": {}, "a\u0001b": {}}' /bin/true >/dev/null 2>&1
equal 'netDevices takes no interface' "$(ip -n "$net" -oneline address)" "$before"
mkfifo "$TEST_TMP/fifo"
ln -s /proc/1/ns/net "$TEST_TMP/link"
for path in "$TEST_TMP/fifo" "$TEST_TMP/link" /etc/passwd /proc/1/ns/net /proc/self/ns/mnt; do
    attack ".linux.namespaces |= map(if .type == \"network\" then .path = \"$path\" else . end)" \
        /bin/probe report >"$TEST_TMP/out" 2>/dev/null
    status=$?
    check "a path that is no network namespace: ${path/#$TEST_TMP/TMP} (no hang, not joined)" [ $status -eq 1 -o \
        $status -eq 0 -a "$(jq -r .namespaces.net "$TEST_TMP/out" 2>/dev/null)" != "$(readlink /proc/self/ns/net)" ]
done

# A connected socket as standard input keeps its network, wherever it is handed.
python3 - "$AGENTRUN" --root "$STATE" run --bundle "$TEST_TMP/$MARK-attack" "$MARK-socket" >"$TEST_TMP/out" 2>&1 <<'END'
import os, socket, sys
listener = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(listener.getsockname())
peer, _ = listener.accept()
os.dup2(client.fileno(), 0, inheritable=True)
sys.exit(os.waitstatus_to_exitcode(os.spawnvp(os.P_WAIT, sys.argv[1], sys.argv[1:]) << 8))
END
equal 'a connected socket as standard input is refused' $? 1
match 'and the error says so' "$(cat "$TEST_TMP/out")" socket
check 'CVE-2020-15257: no abstract socket of ours' [ "$(grep -c '@.*agentrun' /proc/net/unix)" = 0 ]
nothing_left
