# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
#
# A private dockerd for the tests of a group. Needs test.sh and engine.sh.
#
# tests/docker/setup.sh starts one for the whole group and writes where it is to
# $ENGINE_ENVIRONMENT; a test that is run by itself starts its own. In both cases:
#
#   d ARGUMENT...           the docker command, talking to the private daemon
#   run ARGUMENT...         docker run --rm --runtime=agentrun
#   DOCKER_RUNTIME          agentrun, unless the environment says runc
#   engine_in COMMAND...    what happens in the daemon's namespaces

DOCKER_RUNTIME=${DOCKER_RUNTIME:-agentrun}
: "${AGENTRUN:?the path of the runtime}"

# The runtime and its image have to be where the daemon's namespace shows them: not below /run.
docker_start() {
    local directory=$1
    DOCKER_DIRECTORY=$directory
    DOCKER_CGROUP=agentrun-docker-$$
    mkdir -p "$directory/config"
    install -m 0755 "$(readlink -f "$AGENTRUN")" "$directory/runtime"
    make_fence "$DOCKER_CGROUP"
    engine_namespace "$directory" || return 1
    cat >"$directory/daemon.json" <<END
{
  "hosts": ["unix://$directory/docker.sock", "unix:///var/run/docker.sock"],
  "pidfile": "$directory/docker.pid",
  "iptables": false, "ip6tables": false, "ip-masq": false,
  "deprecated-key-path": "$directory/key.json",
  "bip": "172.31.250.1/24",
  "cgroup-parent": "/$DOCKER_CGROUP",
  "storage-driver": "${DOCKER_STORAGE:-overlay2}",
  "oom-score-adjust": 0,
  "live-restore": ${DOCKER_LIVE_RESTORE:-false},
  "features": {"buildkit": false},
  "runtimes": {"agentrun": {"path": "$directory/runtime", "runtimeArgs": []}}
}
END
    docker_daemon
}

# Start (again) the daemon of $DOCKER_DIRECTORY.
docker_daemon() {
    rm -f "$DOCKER_DIRECTORY/docker.pid"
    engine_in setsid env -i PATH="$PATH" HOME="$DOCKER_DIRECTORY" dockerd \
        --config-file "$DOCKER_DIRECTORY/daemon.json" >>"$DOCKER_DIRECTORY/daemon.log" 2>&1 \
        </dev/null &
    DOCKER_PID=$!
    export DOCKER_HOST=unix://$DOCKER_DIRECTORY/docker.sock DOCKER_CONFIG=$DOCKER_DIRECTORY/config
    if ! wait_until 60 docker version; then
        tail -n 20 "$DOCKER_DIRECTORY/daemon.log"
        return 1
    fi
}

docker_image() {
    make_rootfs "$DOCKER_DIRECTORY/image"
    tar -C "$DOCKER_DIRECTORY/image" -c . | docker import - "${1:-box}" >/dev/null
    rm -rf "$DOCKER_DIRECTORY/image"
}

# Everything must be gone: containers, daemon, shims, namespaces, cgroups, files.
docker_end() {
    local ids pid
    ids=$(docker ps -aq 2>/dev/null)
    # shellcheck disable=SC2086
    [ -z "$ids" ] || docker rm -f $ids >/dev/null 2>&1
    pid=$(cat "$DOCKER_DIRECTORY/docker.pid" 2>/dev/null) && kill "$pid" 2>/dev/null
    [ -z "$pid" ] || wait_until 20 process_is_gone "$pid"
    engine_end
    remove_fence "$DOCKER_CGROUP"
}

# Use the daemon of the group, or start one.
docker_begin() {
    if [ -n "${ENGINE_ENVIRONMENT:-}" ] && [ -f "$ENGINE_ENVIRONMENT" ]; then
        # shellcheck disable=SC1090
        . "$ENGINE_ENVIRONMENT"
        export DOCKER_HOST DOCKER_CONFIG
    else
        at_exit docker_end
        if ! docker_start "$TEST_TMP" || ! docker_image; then
            test_fail 'the private docker daemon starts' "$(tail -n 20 "$TEST_TMP/daemon.log")"
            exit 1
        fi
    fi
    # Names of containers and volumes begin with this.
    NAME=$(basename "$0" .sh)-$$
}

docker_write_environment() {
    declare -p DOCKER_DIRECTORY DOCKER_CGROUP DOCKER_HOST DOCKER_CONFIG DOCKER_PID ENGINE_PID |
        sed 's/^declare -[-x]* /declare -g /' >"$1"
}

d() {
    timeout --foreground 120 docker "$@"
}

run() {
    timeout --foreground 120 docker run --rm --runtime="$DOCKER_RUNTIME" "$@"
}

# For at_exit: whatever is still there of these containers.
forget() {
    docker rm -f "$@" >/dev/null 2>&1
}

# The host's pid of a container's init.
pid_of() {
    docker inspect -f '{{.State.Pid}}' "$1"
}
