#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Nothing outlives a container, and no race of commands leaves anything or lets two win.
. "$(dirname "$0")/../lib/test.sh"
. "$TEST_SOURCE/tests/lib/bundle.sh"
id=$MARK-left

# Processes that hide: other sessions, two forks, TERM ignored; init is killed from outside.
hide='trap "" TERM HUP; for i in 1 2 3 4; do (setsid sh -c "trap \"\" TERM HUP; sleep 1000 & sleep 1000" &) & done; exec /bin/probe hold'
new_bundle $id ".process.args = [\"/bin/sh\", \"-c\", $(jq -Rn --arg s "$hide" '$s')]"
agentrun create --bundle "$TEST_TMP/$id" --pid-file "$TEST_TMP/pid" $id >/dev/null 2>&1 </dev/null
agentrun start $id
sleep 0.5
check 'many processes' [ "$(agentrun ps --format json $id | jq length)" -ge 8 ]
kill -KILL "$(cat "$TEST_TMP/pid")"
check 'after kill -9 of init the container is stopped' wait_until 5 has_status $id stopped
equal 'and no process is left' "$(processes_of_test | wc -l)" 0
check 'delete' agentrun delete $id
nothing_left 'nothing is left of it'

# Fifty creates of one id at the same time: exactly one wins.
new_bundle $id '.process.args = ["/bin/probe", "hold"]'
pids=''
for i in $(seq 20); do
    (agentrun create --bundle "$TEST_TMP/$id" $id >"$TEST_TMP/create-$i" 2>&1 </dev/null && echo won >"$TEST_TMP/won-$i") &
    pids="$pids $!"
done
# shellcheck disable=SC2086
wait $pids
equal 'one of twenty creates wins' "$(ls "$TEST_TMP"/won-* | wc -l)" 1
equal 'the others say why' "$(grep -lE 'already exists|being created|is not empty' "$TEST_TMP"/create-* | wc -l)" 19
equal 'it is created' "$(status_of $id)" created

# Starts, kills and deletes all at once: it ends in a state that delete --force clears.
for i in $(seq 10); do
    agentrun start $id &
    agentrun kill $id KILL &
    agentrun exec $id true &
    agentrun state $id &
    agentrun delete --force $id &
done >/dev/null 2>&1 </dev/null
sleep 2
check 'delete --force after a storm' agentrun delete --force $id
nothing_left 'nothing is left of the storm'

# The state of a crashed host: a directory without a living process, whose pid belongs to another.
running $id
cp -a "$STATE/$id" "$TEST_TMP/saved"
agentrun delete --force $id
mkdir -p "$STATE" && cp -a "$TEST_TMP/saved" "$STATE/$id"
jq ".pid = $$" "$STATE/$id/state.json" >"$TEST_TMP/new" && cp "$TEST_TMP/new" "$STATE/$id/state.json"
equal 'a recycled pid is no container' "$(status_of $id)" stopped
agentrun kill $id KILL 2>/dev/null
agentrun delete --force $id
check 'and is not killed' [ -d "/proc/$$" ]

# The runtime killed at a random point of create; delete --force clears what is there.
bad=0
for i in $(seq 40); do
    new_bundle $id '.process.args = ["/bin/probe", "hold"]'
    "$AGENTRUN" --root "$STATE" create --bundle "$TEST_TMP/$id" $id >/dev/null 2>&1 </dev/null &
    pid=$!
    sleep "0.00$((i % 10))"
    kill -KILL $pid 2>/dev/null
    wait $pid 2>/dev/null
    agentrun delete --force $id >/dev/null 2>&1 || bad=$((bad + 1))
done
equal 'delete --force after create was killed' $bad 0
nothing_left 'nothing is left after forty killed creates'

for _ in $(seq 100); do
    run_args $id . /bin/true >/dev/null 2>&1
done
nothing_left 'nothing is left after a hundred runs'
equal 'no abstract socket is ours' "$(grep -ac "@.*$MARK" /proc/net/unix)" 0
equal 'the state directory is for root only' "$(stat -c %a%U "$STATE" | tail -c 8)" "700root"
nothing_left
