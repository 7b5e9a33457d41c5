# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
#
# Bundles for the root tests: one root file system of busybox and the probe per test, a config.json
# made from tests/root/config.json by jq filters, and the runtime with a state directory of its own.
# Needs test.sh; $AGENTRUN is the runtime and $PROBE the probe.
#
#   new_bundle ID [FILTER]...       makes $TEST_TMP/ID; each filter changes config.json
#   run_args ID FILTER COMMAND...   a new bundle whose process is COMMAND, run to its end
#   probe FILTER ARGUMENT...        the same with the probe, under an id of its own
#   running ID [FILTER]...          a new bundle with `probe hold`, created and started
#   nothing_left                    one check: no state, cgroup, mount or process of this test

: "${AGENTRUN:?the path of the runtime}"
: "${PROBE:?the path of the probe}"

. "$TEST_SOURCE/tests/lib/rootfs.sh"

ROOTFS=$TEST_TMP/rootfs
STATE=$TEST_TMP/state
# Every id and cgroup of this test has this in its name, so that leftovers can be told from others'.
MARK=art-$$

agentrun() {
    "$AGENTRUN" --root "$STATE" "$@"
}

new_bundle() {
    local id=$1 bundle=$TEST_TMP/$1 filter
    shift
    mkdir -p "$bundle"
    jq --arg root "$ROOTFS" --arg cgroup "/$MARK/$id" \
        '.root.path = $root | .linux.cgroupsPath = $cgroup' \
        "$TEST_SOURCE/tests/root/config.json" >"$bundle/config.json"
    for filter in "$@"; do
        jq "$filter" "$bundle/config.json" >"$bundle/config.new" || return 2
        mv "$bundle/config.new" "$bundle/config.json"
    done
}

run_args() {
    local id=$1 filter=$2 args
    shift 2
    args=$(jq -cn '$ARGS.positional' --args -- "$@")
    new_bundle "$id" "${filter:-.}" ".process.args = $args" || return 2
    agentrun run --bundle "$TEST_TMP/$id" "$id"
}

probe() {
    local filter=$1
    shift
    run_args "$MARK-probe" "$filter" /bin/probe "$@"
}

running() {
    local id=$1
    shift
    new_bundle "$id" '.process.args = ["/bin/probe", "hold"]' "$@" || return 2
    agentrun create --bundle "$TEST_TMP/$id" --pid-file "$TEST_TMP/$id/pid" "$id" \
        </dev/null >"$TEST_TMP/$id/output" 2>&1 || return 1
    agentrun start "$id"
}

status_of() {
    agentrun state "$1" 2>/dev/null | jq -r .status
}

has_status() {
    [ "$(status_of "$1")" = "$2" ]
}

processes_of_test() {
    grep -l -- "$MARK" /proc/[0-9]*/cgroup 2>/dev/null
}

leftovers() {
    find "$STATE" -mindepth 1 -maxdepth 1 ! -name '.*' 2>/dev/null
    find /sys/fs/cgroup -depth -type d -name "$MARK*" -mindepth 2 2>/dev/null | grep -v "/$MARK\$"
    awk -v d="$TEST_TMP/" 'index($5, d) == 1 { print "mount " $5 }' /proc/self/mountinfo
    processes_of_test
}

is_clean() {
    [ -z "$(leftovers)" ]
}

nothing_left() {
    wait_until 5 is_clean
    equal "${1:-nothing is left}" "$(leftovers)" ''
}

bundle_end() {
    local id
    for id in $(find "$STATE" -mindepth 1 -maxdepth 1 ! -name '.*' -printf '%f\n' 2>/dev/null); do
        agentrun delete --force "$id" >/dev/null 2>&1
    done
    remove_fence "$MARK"
}

make_rootfs "$ROOTFS"
make_fence "$MARK"
at_exit bundle_end
