# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2013,SC2034
#
# What every shell test sources: one line per check, a scratch directory, and clean-up.
#
#   check NAME COMMAND...   passes if the command succeeds
#   refuse NAME COMMAND...  passes if it fails (but not by a signal or a time limit)
#   equal NAME HAVE WANT    passes if both strings are the same
#   match NAME HAVE REGEXP  passes if the extended regular expression occurs in the string
#   skip NAME REASON        counts a check that this machine cannot do
#   at_exit COMMAND...      runs it when the test ends, the last one first
#   make_fence NAME         a control group that keeps bombs from harming the machine
#
# Results go to standard output as "ok", "not ok" or "skip" lines, and to $TEST_RESULTS if it is
# set. A command's output is shown only if its check failed. The exit status is 1 if any failed.
set -u

TEST_NAME=$(basename "$(dirname "$0")")/$(basename "$0" .sh)
TEST_SOURCE=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
TEST_TMP=$(mktemp -d "${TMPDIR:-/tmp}/agentrun-test.XXXXXX")
chmod 0755 "$TEST_TMP"
TEST_FAILED=0
TEST_AT_EXIT=()

test_result() {
    local line="$1 $TEST_NAME: ${2//[^[:print:]]/?}"
    printf '%s\n' "$line"
    [ -z "${TEST_RESULTS:-}" ] || printf '%s\n' "$line" >>"$TEST_RESULTS"
}

test_fail() {
    TEST_FAILED=$((TEST_FAILED + 1))
    test_result 'not ok' "$1"
    printf '%s\n' "${2:-}" | head -c 2000 | sed 's/^/    | /'
}

check() {
    local name=$1 status
    shift
    # A file and not a pipe: a process that goes on in the background may keep it open.
    "$@" >"$TEST_TMP/.output" 2>&1 </dev/null
    status=$?
    if [ $status -eq 0 ]; then
        test_result ok "$name"
    else
        test_fail "$name" "$* ended with $status: $(head -c 2000 "$TEST_TMP/.output")"
    fi
}

refuse() {
    local name=$1 status
    shift
    "$@" >"$TEST_TMP/.output" 2>&1 </dev/null
    status=$?
    if [ $status -ne 0 ] && [ $status -ne 124 ] && { [ $status -lt 128 ] || [ $status -eq 255 ]; }; then
        test_result ok "$name"
    else
        test_fail "$name" "$* should have failed, ended with $status: $(head -c 2000 "$TEST_TMP/.output")"
    fi
}

equal() {
    if [ "$2" = "$3" ]; then
        test_result ok "$1"
    else
        test_fail "$1" "have: $2
want: $3"
    fi
}

match() {
    if printf '%s\n' "$2" | grep -Eq -- "$3"; then
        test_result ok "$1"
    else
        test_fail "$1" "have: $2
want something that matches: $3"
    fi
}

skip() {
    test_result skip "$1 ($2)"
}

at_exit() {
    TEST_AT_EXIT+=("$(printf '%q ' "$@")")
}

# Wait up to SECONDS for a command to succeed.
wait_until() {
    local seconds=$1 end
    shift
    end=$((SECONDS + seconds))
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $end ] || return 1
        sleep 0.1
    done
}

# End one process of ours and wait until it is gone.
end_process() {
    kill "$1" 2>/dev/null || return 0
    wait_until 10 process_is_gone "$1" || kill -KILL "$1" 2>/dev/null
    wait "$1" 2>/dev/null
    return 0
}

process_is_gone() {
    local state
    state=$(sed -n 's/^State:\t\(.\).*/\1/p' "/proc/$1/status" 2>/dev/null) || return 0
    [ -z "$state" ] || [ "$state" = Z ]
}

# Unmount what is left below a directory, deepest first, then remove it. Never crosses into a file
# system that could not be unmounted.
remove_tree() {
    local directory=$1 mounted
    for mounted in $(awk -v d="$directory/" 'index($5, d) == 1 { print $5 }' /proc/self/mountinfo |
        sort -r); do
        umount -l "$mounted"
    done
    rm -rf --one-file-system "$directory"
}

# Make a control group /NAME that bounds everything below it, so that a runtime which fails to contain
# a bomb does not take the machine with it. The containers of a test go below.
make_fence() {
    local hierarchy=/sys/fs/cgroup
    if [ -d $hierarchy/pids ]; then
        mkdir -p "$hierarchy/pids/$1" "$hierarchy/memory/$1"
        echo 1500 >"$hierarchy/pids/$1/pids.max"
        echo 3G >"$hierarchy/memory/$1/memory.limit_in_bytes"
    else
        mkdir -p "$hierarchy/$1"
        echo '+pids +memory' >"$hierarchy/cgroup.subtree_control"
        echo 1500 >"$hierarchy/$1/pids.max"
        echo 3G >"$hierarchy/$1/memory.max"
    fi
}

remove_fence() {
    find /sys/fs/cgroup -depth -type d -path "*/$1*" -exec rmdir {} + 2>/dev/null
    return 0
}

test_end() {
    local status=$? i
    for ((i = ${#TEST_AT_EXIT[@]} - 1; i >= 0; i--)); do
        eval "${TEST_AT_EXIT[$i]}"
    done
    remove_tree "$TEST_TMP"
    if [ $status -ne 0 ]; then
        test_fail "the test itself" "ended early with $status"
    fi
    trap - EXIT
    [ $TEST_FAILED -eq 0 ] && exit 0
    exit 1
}
trap test_end EXIT
trap 'exit 130' INT TERM
