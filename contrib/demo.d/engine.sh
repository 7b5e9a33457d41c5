# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
#
# The four programs again, through a real and private dockerd, for a caller who asks for everything.

DEMO_EVERYTHING='--privileged --network host --user root --security-opt seccomp=unconfined --pid host'

demo_docker_run() {
    local runtime=$1 name=$2 flags=$3
    shift 3
    demo_output "$TEST_TMP/demo/output-$name"
    # shellcheck disable=SC2086
    docker run --rm --name "$name" --runtime "$runtime" $flags \
        -v "$TEST_TMP/demo/input:/input:ro" -v "$TEST_TMP/programs:/programs:ro" \
        -v "$TEST_TMP/demo/output-$name:/output" demo "$@" >"$TEST_TMP/said" 2>"$TEST_TMP/problem" </dev/null
    DEMO_STATUS=$?
}

# The findings of a container that asks for everything, from the state directory.
demo_findings() {
    local id
    # shellcheck disable=SC2086
    id=$(docker run -d --runtime agentrun $DEMO_EVERYTHING demo sleep 60) || return
    engine_in cat "/run/docker/runtime-runc/moby/$id/findings.json" >"$TEST_TMP/log"
    docker rm -f "$id" >/dev/null
}

demo_docker_bomb() {
    local kind=$1 name=demo-$1 want=$2 rule=$3
    DEMO_OUTCOME='still running'
    demo_docker_run agentrun "$name" "$DEMO_EVERYTHING" python3 /programs/bomb.py "$kind" &
    DEMO_PID=$!
    if wait_until 8 process_is_gone $DEMO_PID; then
        DEMO_OUTCOME=ended
    fi
    row docker "$kind bomb" "$DEMO_OUTCOME" "$want" "$rule"
    if [ "$kind" = fork ]; then
        row docker '  its processes stay within the limit' \
            "$([ "$(grep -lE "/$DOCKER_CGROUP/" /proc/[0-9]*/cgroup 2>/dev/null | wc -l)" -le 256 ] &&
                echo yes || echo no)" yes "$rule"
    fi
    row docker '  the host stays responsive' "$(responsive)" yes ''
    docker kill "$name" >/dev/null 2>&1
    wait_until 20 process_is_gone "$DEMO_PID"
    row docker '  ended, no process is left' \
        "$(docker ps -aq --filter "name=$name" | wc -l) containers, $(
            grep -lE "/$DOCKER_CGROUP/" /proc/[0-9]*/cgroup 2>/dev/null | wc -l) processes" \
        '0 containers, 0 processes' ''
}

# runc starts --privileged only where root itself has every capability.
demo_control_flags() {
    local held
    held=$(sed -n 's/^CapEff:\t//p' /proc/self/status)
    if [ $((0x$held >> 24 & 1)) = 1 ]; then
        echo "$DEMO_EVERYTHING"
    else
        echo "${DEMO_EVERYTHING#--privileged} --cap-add SYS_ADMIN --cap-add SYS_PTRACE
            --cap-add DAC_READ_SEARCH --security-opt apparmor=unconfined"
    fi
}

demo_docker() {
    local flags source status
    part 'docker: a private daemon, and an image of the same root file system'
    . "$TEST_SOURCE/tests/lib/docker.sh"
    at_exit docker_end
    if ! docker_start "$TEST_TMP/docker" ||
        ! tar -C "$CACHE/rootfs" --exclude ./.complete -c . | docker import - demo >/dev/null; then
        row docker 'the private daemon' 'does not start' 'starts' ''
        return
    fi
    demo_findings

    part "docker run --rm --runtime=agentrun $DEMO_EVERYTHING: a plot"
    demo_docker_run agentrun demo-plot "$DEMO_EVERYTHING" python3 /programs/plot.py
    picture_rows docker "$TEST_TMP/demo/output-demo-plot/sales.png"

    part 'docker: the network'
    demo_listener 172.31.250.1 engine_in
    demo_docker_run agentrun demo-network "$DEMO_EVERYTHING" python3 /programs/network.py "$DEMO_URL"
    attempt_rows docker "$TEST_TMP/said" 'not reached' net.namespace-path

    part "docker: files of the host, and the engine's socket"
    # shellcheck disable=SC2046
    demo_docker_run agentrun demo-files "$DEMO_EVERYTHING" python3 /programs/files.py \
        $(demo_secrets "$DOCKER_DIRECTORY/docker.sock")
    attempt_rows docker "$TEST_TMP/said" 'not reached' ns.pid
    for source in / /etc/shadow "$DOCKER_DIRECTORY/docker.sock"; do
        # shellcheck disable=SC2086
        docker run --rm --runtime agentrun $DEMO_EVERYTHING --mount "type=bind,source=$source,target=/host" \
            demo true >/dev/null 2>"$TEST_TMP/problem"
        status=$?
        row docker "the caller mounts $(basename "$source")" \
            "$([ $status = 125 ] && grep -q policy "$TEST_TMP/problem" && echo refused || echo "ended with $status")" \
            refused "$(grep -o 'mounts\.[a-z-]*' "$TEST_TMP/problem" | head -n 1)"
    done

    part 'docker: bombs'
    demo_docker_bomb fork 'still running' pids.limit
    demo_docker_bomb memory ended memory.limit
    demo_docker_bomb loop 'still running' cpu.quota

    part 'docker: the control, with runc'
    flags=$(demo_control_flags)
    demo_docker_run runc demo-runc-network "$flags" python3 /programs/network.py "$DEMO_URL"
    grep listener "$TEST_TMP/said" >"$TEST_TMP/said.listener"
    attempt_rows 'docker, runc' "$TEST_TMP/said.listener" reached ''
    # shellcheck disable=SC2046
    demo_docker_run runc demo-runc-files "$flags" python3 /programs/files.py \
        $(demo_secrets "$DOCKER_DIRECTORY/docker.sock")
    attempt_rows 'docker, runc' "$TEST_TMP/said" reached ''
}
