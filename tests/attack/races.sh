#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Races for the paths of a mount, and for the container itself. Setup: a program outside (or another
# container that shares a volume) exchanges a directory with a link, without pause. Attempt: 150
# creates whose mounts go through that place. Expected, whatever each create answers: nothing is ever
# mounted or made outside, and nothing is left. CVE-2021-30465, CVE-2017-1002101, CVE-2021-25741,
# CVE-2019-19921, CVE-2023-27561, CVE-2023-28642, CVE-2024-45310, CVE-2025-52881, CVE-2018-15664.
# Control: the same link, resolved without care, does lead outside (a plain mount and mkdir).
. "$(dirname "$0")/../lib/test.sh"
. "$TEST_SOURCE/tests/lib/bundle.sh"
. "$TEST_SOURCE/tests/lib/hostile.sh"

outside=$TEST_TMP/outside
stop=$TEST_TMP/stop
mkdir -p "$outside/deep" "$TEST_TMP/source"
echo text >"$outside/file"
echo text >"$TEST_TMP/source/file"
rounds=150

# The image's PLACE is now a directory, now a link to TARGET; then create with FILTER, again and again.
race() { # NAME PLACE TARGET FILTER
    local name=$1 place=$ROOTFS/$2 target=$3 filter=$4 ok=0 before outside_before i exchanger
    rm -rf "${place:?}" "$place.link"
    mkdir -p "$place"
    ln -s "$target" "$place.link"
    rm -f "$stop"
    "$ATTACKER" exchange "$place" "$place.link" "$stop" >"$TEST_TMP/exchanges" 2>&1 &
    exchanger=$!
    before=$(host_state)
    outside_before=$(tree_state "$outside")
    new_bundle "$MARK-race" "$filter" '.process.args = ["/bin/true"]'
    for ((i = 0; i < rounds; i++)); do
        timeout 20 "$AGENTRUN" --root "$STATE" run --bundle "$TEST_TMP/$MARK-race" "$MARK-race" \
            >/dev/null 2>&1 </dev/null && ok=$((ok + 1))
    done
    touch "$stop"
    wait "$exchanger"
    match "$name: the race took place" "$(cat "$TEST_TMP/exchanges")" '^[0-9]{3,} exchanges'
    equal "$name: no mount and no change outside" "$(host_state)" "$before"
    equal "$name: the directory outside is as it was" "$(tree_state "$outside")" "$outside_before"
    nothing_left "$name: nothing is left ($ok of $rounds were created)"
    rm -rf "${place:?}" "$place.link"
}
bind='.mounts += [{destination: "/vol/sub/deep", type: "bind", source: "'$TEST_TMP'/source", options: ["rbind", "ro"]}]'
race 'CVE-2021-30465: the target of a bind' vol/sub "$outside" "$bind"
race 'CVE-2024-45310: a target that has to be made' vol/sub "$outside" "${bind/\/deep/\/new\/er}"
race 'CVE-2021-30465, CVE-2018-15664: a link up to the root' vol/sub '../../../../../../../../..' "$bind"
race 'CVE-2021-30465: a tmpfs as the target' vol/sub "$outside" \
    '.mounts += [{destination: "/vol/sub", type: "tmpfs", source: "tmpfs", options: ["size=1m"]}]'
mv "$ROOTFS/proc" "$ROOTFS/proc.saved"
race 'CVE-2019-19921, CVE-2023-27561, CVE-2023-28642: /proc' proc "$outside" .
race 'CVE-2025-52881: a sysctl through /proc' proc /proc/sys/kernel \
    '.linux.sysctl = {"net.ipv4.ip_unprivileged_port_start": "0"}'
mv "$ROOTFS/proc.saved" "$ROOTFS/proc"
mv "$ROOTFS/dev" "$ROOTFS/dev.saved"
race 'CVE-2025-31133, CVE-2025-52565, CVE-2026-41579, CVE-2026-47766: /dev' dev "$outside" .
mv "$ROOTFS/dev.saved" "$ROOTFS/dev"

# The source of a bind, exchanged between what may be mounted and what may not. The program looks at
# what it got: the file of the allowed directory, or nothing, but never the host's.
mkdir "$TEST_TMP/allowed"
echo allowed >"$TEST_TMP/allowed/name"
ln -s /etc "$TEST_TMP/allowed.link"
rm -f "$stop"
"$ATTACKER" exchange "$TEST_TMP/allowed" "$TEST_TMP/allowed.link" "$stop" >"$TEST_TMP/exchanges" 2>&1 &
exchanger=$!
new_bundle "$MARK-race" '.process.args = ["/bin/ls", "/mnt"]' \
    ".mounts += [{destination: \"/mnt\", type: \"bind\", source: \"$TEST_TMP/allowed\", options: [\"rbind\", \"ro\"]}]"
for ((i = 0; i < rounds; i++)); do
    timeout 20 "$AGENTRUN" --root "$STATE" run --bundle "$TEST_TMP/$MARK-race" "$MARK-race" 2>/dev/null </dev/null
done | sort -u >"$TEST_TMP/listed"
touch "$stop"
wait $exchanger
match 'CVE-2017-1002101, CVE-2021-25741: the source was exchanged' "$(cat "$TEST_TMP/exchanges")" '^[0-9]{3,} exchanges'
equal 'CVE-2017-1002101, CVE-2021-25741, CVE-2024-42472: never a source outside' "$(grep -v '^name$' "$TEST_TMP/listed")" ''

# Control: who resolves the path by itself is led outside.
ln -s "$outside" "$ROOTFS/led"
mkdir "$ROOTFS/led/made"
check 'control: a careless mkdir is led outside' [ -d "$outside/made" ]
rmdir "$outside/made"
check 'control: a careless mount is led outside' unshare --mount sh -c \
    'mount -t tmpfs none "$1/led/deep" && grep -q "$2/deep" /proc/self/mountinfo' sh "$ROOTFS" "$outside"
rm "$ROOTFS/led"

# --- many at once ---------------------------------------------------------------------------------
id=$MARK-same
new_bundle "$id" '.process.args = ["/bin/probe", "hold"]'
for ((i = 0; i < 40; i++)); do
    { timeout 30 "$AGENTRUN" --root "$STATE" create --bundle "$TEST_TMP/$id" "$id" >/dev/null 2>&1 </dev/null
        echo $?; } >>"$TEST_TMP/won" &
done
wait
equal 'of 40 creates of one id one wins' "$(grep -cx 0 "$TEST_TMP/won")" 1
equal 'and it is created' "$(status_of "$id")" created
for ((i = 0; i < 20; i++)); do
    timeout 30 "$AGENTRUN" --root "$STATE" start "$id" >/dev/null 2>&1 &
    timeout 30 "$AGENTRUN" --root "$STATE" kill "$id" KILL >/dev/null 2>&1 &
    timeout 30 "$AGENTRUN" --root "$STATE" delete --force "$id" >/dev/null 2>&1 &
done
wait
match 'a storm of start, kill and delete ends it' "$(agentrun state "$id" 2>&1)" 'does not exist'
nothing_left 'nothing is left after the storm'

# The root file system disappears, and the cgroup is removed, while containers are made.
mkdir "$TEST_TMP/gone"
for ((i = 0; i < 20; i++)); do
    cp -a "$ROOTFS/." "$TEST_TMP/gone/"
    new_bundle "$MARK-gone" ".root.path = \"$TEST_TMP/gone\"" '.process.args = ["/bin/true"]'
    rm -rf "$TEST_TMP/gone"/* &
    timeout 20 "$AGENTRUN" --root "$STATE" run --bundle "$TEST_TMP/$MARK-gone" "$MARK-gone" >/dev/null 2>&1 </dev/null
    [ $? -lt 128 ] || echo "ended by a signal"
    wait $!
done >"$TEST_TMP/out"
equal 'a root that is deleted meanwhile: an error or a success' "$(cat "$TEST_TMP/out")" ''
nothing_left 'and nothing is left'
