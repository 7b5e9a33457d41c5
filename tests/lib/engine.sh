# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
#
# Private engines: a mount, UTS and network namespace in which dockerd or containerd finds its
# default paths empty, so that neither the machine's own engines nor its network are touched. What
# the engine mounts and the sockets it makes are gone with the namespace. Needs test.sh.
#
#   engine_namespace DIR    makes it; ENGINE_PID is its holder, DIR/state/... are the directories
#   engine_in COMMAND...    runs a command inside
#   engine_end              ends all processes in it and the holder

. "$TEST_SOURCE/tests/lib/rootfs.sh"

ENGINE_DIRECTORIES='docker containerd'

engine_namespace() {
    local directory=$1 name
    for name in $ENGINE_DIRECTORIES; do
        mkdir -p "$directory/state/$name" "/var/lib/$name"
    done
    printf 'nameserver 192.0.2.53\n' >"$directory/resolv.conf"
    # shellcheck disable=SC2016
    setsid unshare --mount --uts --net --propagation private bash -c '
        directory=$1
        shift
        set -e
        hostname engine
        ip link set lo up
        mount --make-rshared /
        mount -t tmpfs -o mode=0755 tmpfs /run
        for name; do
            mount --bind "$directory/state/$name" "/var/lib/$name"
        done
        mount --bind "$directory/resolv.conf" /etc/resolv.conf
        : >"$directory/ready"
        exec sleep infinity' engine "$directory" $ENGINE_DIRECTORIES </dev/null >/dev/null 2>&1 &
    ENGINE_PID=$!
    wait_until 10 test -e "$directory/ready"
}

engine_in() {
    nsenter -t "$ENGINE_PID" --mount --uts --net -- "$@"
}

# Pids of what is left in the network namespace of the engine, but for the holder.
engine_processes() {
    local own process
    own=$(readlink "/proc/$ENGINE_PID/ns/mnt") || return 0
    for process in /proc/[0-9]*; do
        if [ "$(readlink "$process/ns/mnt" 2>/dev/null)" = "$own" ] &&
            [ "${process#/proc/}" != "$ENGINE_PID" ]; then
            echo "${process#/proc/}"
        fi
    done
}

engine_end() {
    local pid
    for pid in $(engine_processes); do
        kill -KILL "$pid" 2>/dev/null
    done
    kill -KILL "$ENGINE_PID" 2>/dev/null
    wait "$ENGINE_PID" 2>/dev/null
    rmdir /var/lib/docker /var/lib/containerd 2>/dev/null
    return 0
}
