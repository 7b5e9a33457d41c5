#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A caller who asks for everything gets what one gets who asks for nothing; what cannot be hardened
# into something sensible is refused with a reason.
. "$(dirname "$0")/../lib/test.sh"
. "$TEST_SOURCE/tests/lib/engine.sh"
. "$TEST_SOURCE/tests/lib/docker.sh"
docker_begin

everything='--privileged --network host --user root --security-opt seccomp=unconfined --pid host
    --ipc host --uts host --security-opt apparmor=unconfined --security-opt systempaths=unconfined
    --cgroupns host --oom-score-adj -900'
# shellcheck disable=SC2086
plain=$(run box probe report) asked=$(run $everything box probe report)
check 'a container that asks for nothing starts' [ -n "$plain" ]
check 'a container that asks for everything starts' [ -n "$asked" ]
of() {
    jq -rS "$2" <<<"$1"
}

for field in .uid .gid '.groups | length' .status.CapInh .status.CapPrm .status.CapEff .status.CapBnd \
    .status.CapAmb .status.NoNewPrivs .status.Seccomp '.fds | keys' .devices .rlimits .umask; do
    equal "the same with everything asked for: $field" "$(of "$asked" "$field")" "$(of "$plain" "$field")"
done
equal 'not root' "$(of "$plain" .uid)" 65534
for set in Inh Prm Eff Bnd Amb; do
    equal "no capability: Cap$set" "$(of "$asked" .status.Cap$set)" 0000000000000000
done
equal 'no new privileges' "$(of "$asked" .status.NoNewPrivs)" 1
equal 'a seccomp filter' "$(of "$asked" .status.Seccomp)" 2
equal 'process 1' "$(of "$asked" .pid)" 1
for namespace in mnt pid net ipc uts cgroup; do
    host=$(readlink "/proc/$ENGINE_PID/ns/$namespace") own=$(readlink /proc/self/ns/$namespace)
    check "a $namespace namespace of its own" \
        [ "$(of "$asked" ".namespaces.$namespace")" != "$host" -a "$(of "$asked" ".namespaces.$namespace")" != "$own" ]
done
equal 'the devices are the harmless ones' "$(of "$asked" '.devices | keys - ["console"] | join(" ")')" \
    'full null random tty urandom zero'
check 'the root is read-only' [ "$(of "$asked" '.mountinfo[] | select(split(" ")[4] == "/") |
    split(" ")[5] | split(",") | index("ro") != null')" = true ]
equal 'every mount is nosuid or read-only system state' \
    "$(of "$asked" '[.mountinfo[] | split(" ") | select((.[5] | split(",") | index("nosuid")) == null) | .[4]] | join(" ")')" ''
check 'the oom score is not lowered' [ "$(of "$asked" '.oom_score_adj[0]')" -ge 0 ]

# shellcheck disable=SC2086
calls=$(run $everything box probe syscall mount unshare-user setns bpf ptrace socket-packet socket-vsock \
    io_uring_setup keyctl mknod-block chmod-setuid reboot)
equal 'calls are denied: who asks for everything' "$(of "$calls" '[.[] | select(. == "ok")] | length')" 0
# shellcheck disable=SC2086
writes=$(run $everything box probe write /proc/sys/kernel/core_pattern /proc/sysrq-trigger \
    /sys/kernel/uevent_helper /etc/passwd)
equal 'kernel files cannot be written' "$(of "$writes" '[.[] | select(. == "ok")] | length')" 0

# --- what is refused -----------------------------------------------------------------------------
for source in / /etc /root /proc /sys /dev /run /var/run/docker.sock "$DOCKER_DIRECTORY/docker.sock" \
    /var/lib/docker /sys/fs/cgroup; do
    # --mount, not -v, so that the engine makes nothing.
    output=$(run --mount "type=bind,source=$source,target=/x" box true 2>&1)
    status=$?
    equal "a bind of $source is refused: 125" $status 125
    match "and says by which rule: $source" "$output" 'policy'
done
ln -s / "$TEST_TMP/link"
refuse 'a bind through a symbolic link to / is refused' \
    run --mount "type=bind,source=$TEST_TMP/link,target=/x" box true
python3 -c 'import socket, sys; s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1])' "$TEST_TMP/some.sock"
refuse 'a socket below an allowed directory is refused' \
    run --mount "type=bind,source=$TEST_TMP/some.sock,target=/x" box true
equal 'what is refused leaves no process' "$(d ps -q --filter status=running --filter ancestor=box | wc -l)" 0
equal '--device is dropped' "$(run --device /dev/fuse box sh -c 'test -e /dev/fuse || echo absent')" absent
equal '--ulimit core is dropped' "$(run --ulimit core=-1 box sh -c 'ulimit -c')" 0
