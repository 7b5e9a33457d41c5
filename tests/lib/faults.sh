# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2016
#
# What the tests of tests/fault share: the injector, a bundle for each run that goes on at the same
# moment, and the answers of faults.py as checks. Needs bundle.sh.
#
#   fault_bundles [FILTER]...         $TEST_TMP/bundle-N, and bundle-N/hold for the same cgroup
#   faults fail|kill|old SCENARIO...  one check for each process and name of a system call

SLOTS=$(($(nproc) + 1))
INJECT=$TEST_TMP/inject
# What its cgroup looks like from inside, then the report of the probe.
PROGRAM='["/bin/sh", "-c", "cd /sys/fs/cgroup && grep . */*.limit_in_bytes */pids.max */cpu.cfs_quota_us */devices.list memory.max pids.max cpu.max 2>/dev/null; cd / && exec /bin/probe report"]'
export SLOTS INJECT PROGRAM

cc -std=gnu17 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -o "$INJECT" \
    "$TEST_SOURCE/tests/fault/inject.c" || exit 1

fault_bundles() {
    local i cgroup
    for ((i = 0; i < SLOTS; i++)); do
        cgroup=".linux.cgroupsPath = \"/$MARK/slot-$i\""
        new_bundle "bundle-$i" ".process.args = $PROGRAM" "$cgroup" "$@" || return 1
        new_bundle "bundle-$i/hold" '.process.args = ["/bin/probe", "hold"]' "$cgroup" "$@" ||
            return 1
    done
}

faults() {
    local line name='' details=''
    while IFS= read -r line; do
        case $line in
        'ok '*) test_result ok "${line#ok }" ;;
        'not ok '*)
            [ -z "$name" ] || test_fail "$name" "$details"
            name=${line#not ok } details=''
            continue
            ;;
        *)
            details=$details${line#"    | "}$'\n'
            continue
            ;;
        esac
        [ -z "$name" ] || test_fail "$name" "$details"
        name=''
    done < <(python3 "$TEST_SOURCE/tests/fault/faults.py" "$TEST_TMP" "$@" 2>&1 ||
        echo 'not ok the scenarios run to their end')
    [ -z "$name" ] || test_fail "$name" "$details"
}
