# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
#
# A private containerd for one test. Needs test.sh and engine.sh.
#
#   containerd_begin        starts it and loads the test image as "box"
#   c ARGUMENT...           the ctr command, talking to it
#   run ARGUMENT... ID COMMAND...    ctr run --rm with agentrun; put options first
#   CONTAINERD_RUNTIME      the path of the runtime

: "${AGENTRUN:?the path of the runtime}"
IMAGE=example.org/box:latest

containerd_begin() {
    CONTAINERD_CGROUP=agentrun-containerd-$$
    CONTAINERD_RUNTIME=$TEST_TMP/runtime
    install -m 0755 "$(readlink -f "$AGENTRUN")" "$CONTAINERD_RUNTIME"
    make_fence "$CONTAINERD_CGROUP"
    at_exit containerd_end
    engine_namespace "$TEST_TMP" || exit 1
    cat >"$TEST_TMP/containerd.toml" <<END
version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]
[grpc]
  address = "$TEST_TMP/containerd.sock"
END
    engine_in setsid env -i PATH="$PATH" containerd --config "$TEST_TMP/containerd.toml" \
        >"$TEST_TMP/containerd.log" 2>&1 </dev/null &
    CONTAINERD_PID=$!
    if ! wait_until 30 c version || ! containerd_image; then
        test_fail 'the private containerd starts' "$(tail -n 20 "$TEST_TMP/containerd.log")"
        exit 1
    fi
    NAME=$(basename "$0" .sh)-$$
}

containerd_image() {
    make_rootfs "$TEST_TMP/image"
    "$TEST_SOURCE/tests/lib/make_image.py" "$TEST_TMP/image" "$IMAGE" "$TEST_TMP/image.tar" &&
        c images import "$TEST_TMP/image.tar" >/dev/null
    rm -rf "$TEST_TMP/image" "$TEST_TMP/image.tar"
}

containerd_end() {
    local id
    for id in $(c tasks ls -q 2>/dev/null); do
        c tasks rm -f "$id" >/dev/null 2>&1
    done
    kill "$CONTAINERD_PID" 2>/dev/null
    wait_until 10 process_is_gone "$CONTAINERD_PID"
    engine_end
    remove_fence "$CONTAINERD_CGROUP"
}

c() {
    engine_in timeout --foreground 60 ctr --address "$TEST_TMP/containerd.sock" "$@"
}

# ctr puts a container into the cgroup /<namespace>/<id> unless it is told another one.
run() {
    local id=$NAME-$((RANDOM))
    local options=()
    while [ "${1#-}" != "$1" ]; do
        options+=("$1")
        shift
        case ${options[-1]} in
        --env | --user | --cwd | --mount | --memory-limit | --seccomp-profile | --cap-add | --device | --pid-file)
            options+=("$1")
            shift
            ;;
        esac
    done
    c run --rm --runc-binary "$CONTAINERD_RUNTIME" --cgroup "/$CONTAINERD_CGROUP/$id" \
        "${options[@]}" "$IMAGE" "$id" "$@"
}
