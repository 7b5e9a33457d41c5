# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
#
# Attacks: each is tried on agentrun, where it must get nowhere, and as the control on a runtime
# without hardening, where it must succeed, so that the attack itself is known to work. Needs
# bundle.sh.
#
#   attack NAME HARMLESS HARMFUL COMMAND...   what COMMAND prints must match the extended regular
#                                             expression HARMLESS with agentrun, HARMFUL with runc
#   on_control COMMAND...                     runs it with runc in place of agentrun

CONTROL=${CONTROL:-runc}

on_control() {
    local AGENTRUN
    AGENTRUN=$(command -v "$CONTROL")
    "$@"
}

attack() {
    local name=$1 harmless=$2 harmful=$3 output
    shift 3
    "$@" >"$TEST_TMP/.attack" 2>&1
    output=$(head -c 4000 "$TEST_TMP/.attack")
    match "$name" "$output" "$harmless"
    if [ "$harmful" = none ]; then
        return
    elif command -v "$CONTROL" >/dev/null; then
        on_control "$@" >"$TEST_TMP/.attack" 2>&1
        output=$(head -c 4000 "$TEST_TMP/.attack")
        match "$name: the control succeeds" "$output" "$harmful"
    else
        skip "$name: the control" "$CONTROL is not installed"
    fi
}

# All capabilities that this machine's root has: what a caller of the control asks for.
ALL_CAPS=$(capsh --decode="$(sed -n 's/^CapEff:\t//p' /proc/self/status)" 2>/dev/null | sed 's/.*=//' |
    tr 'a-z' 'A-Z' | jq -Rc 'split(",")')
PRIVILEGED=".process.capabilities = {bounding: $ALL_CAPS, effective: $ALL_CAPS, permitted: $ALL_CAPS}
    | .linux |= del(.seccomp, .maskedPaths, .readonlyPaths)
    | .linux.resources.devices = [{\"allow\": true, \"access\": \"rwm\"}]"
