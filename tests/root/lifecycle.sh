#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# create, start, state, kill, delete: what each does in each state, and the words that callers match.
. "$(dirname "$0")/../lib/test.sh"
. "$TEST_SOURCE/tests/lib/bundle.sh"

id=$MARK-life
message() {
    local output
    output=$("$@" 2>&1 >/dev/null)
    printf '%s (%d)' "$output" $?
}

# --- unknown container ---------------------------------------------------------------------------
for command in state start pause resume ps; do
    match "$command of an unknown id" "$(message agentrun $command $id)" 'does not exist.*\([1-9]'
done
match 'kill of an unknown id' "$(message agentrun kill $id KILL)" 'does not exist.*\(1\)'
match 'delete of an unknown id' "$(message agentrun delete $id)" 'does not exist.*\(1\)'
equal 'delete --force of an unknown id is silent success' "$(message agentrun delete --force $id)" ' (0)'
match 'exec of an unknown id ends with 255' "$(message agentrun exec $id true)" 'does not exist.*\(255\)'

# --- created -------------------------------------------------------------------------------------
new_bundle $id '.process.args = ["/bin/probe", "hold"] | .annotations = {"org.example.a": "b c"}'
agentrun create --bundle "$TEST_TMP/$id" --pid-file "$TEST_TMP/pid" $id >"$TEST_TMP/out" 2>&1 </dev/null
equal 'create succeeds' $? 0
equal 'create is silent' "$(cat "$TEST_TMP/out")" ''
pid=$(cat "$TEST_TMP/pid")
equal 'the pid file has digits only' "$(tr -d 0-9 <"$TEST_TMP/pid" | wc -c)" 0
state=$(agentrun state $id)
equal 'state: created' "$(jq -r .status <<<"$state")" created
equal 'state: the pid is that of the file' "$(jq -r .pid <<<"$state")" "$pid"
equal 'state: id' "$(jq -r .id <<<"$state")" $id
equal 'state: bundle' "$(jq -r .bundle <<<"$state")" "$TEST_TMP/$id"
equal 'state: rootfs' "$(jq -r .rootfs <<<"$state")" "$ROOTFS"
equal 'state: annotations' "$(jq -r '.annotations["org.example.a"]' <<<"$state")" 'b c'
match 'state: created is RFC 3339' "$(jq -r .created <<<"$state")" \
    '^20[0-9-]+T[0-9:]+(\.[0-9]+)?(Z|[+-][0-9:]+)$'
equal 'the program does not run yet' "$(tr '\0' ' ' <"/proc/$pid/cmdline" | grep -c 'probe hold')" 0
equal 'init leads its own session' "$(ps -o sid= -p "$pid" | tr -d ' ')" "$pid"
match 'a second create of the id is refused' \
    "$(message agentrun create --bundle "$TEST_TMP/$id" $id)" 'already exists.*\(1\)'
equal 'and leaves the first alone' "$(status_of $id)" created

# --- running -------------------------------------------------------------------------------------
check 'start succeeds' agentrun start $id
equal 'state: running' "$(status_of $id)" running
match 'the program runs' "$(tr '\0' ' ' <"/proc/$pid/cmdline")" '^/bin/probe hold'
match 'a second start is refused' "$(message agentrun start $id)" 'cannot start an already running container.*\(1\)'
match 'delete of a running container is refused' "$(message agentrun delete $id)" \
    'cannot delete container .* that is not stopped: running.*\(1\)'
check 'kill 0 only asks' agentrun kill $id 0
check 'kill by name' agentrun kill $id SIGUSR2
equal 'an ignored signal changes nothing' "$(status_of $id)" running
match 'an unknown signal is refused' "$(message agentrun kill $id FOO)" 'unknown signal.*FOO.*\(1\)'

# --- stopped -------------------------------------------------------------------------------------
check 'kill TERM' agentrun kill $id TERM
check 'the container stops' wait_until 5 has_status $id stopped
equal 'state: pid 0 when stopped' "$(agentrun state $id | jq .pid)" 0
match 'kill of a stopped container' "$(message agentrun kill $id KILL)" 'container not running.*\(1\)'
check 'kill --all of a stopped container succeeds' agentrun kill --all $id KILL
match 'start of a stopped container' "$(message agentrun start $id)" 'cannot start a container that has stopped.*\(1\)'
match 'exec in a stopped container' "$(message agentrun exec $id true)" 'cannot exec in a stopped container.*\(255\)'
match 'pause of a stopped container' "$(message agentrun pause $id)" 'not running.*\([1-9]'
check 'delete' agentrun delete $id
match 'state after delete' "$(message agentrun state $id)" 'does not exist.*\(1\)'
nothing_left 'nothing is left after delete'

# --- other ways to end ---------------------------------------------------------------------------
running $id
check 'delete --force of a running container' agentrun delete --force $id
nothing_left 'nothing is left after delete --force'

new_bundle $id '.process.args = ["/bin/probe", "hold"]'
agentrun create --bundle "$TEST_TMP/$id" $id </dev/null >/dev/null 2>&1
check 'delete of a created container' agentrun delete $id
nothing_left 'nothing is left after delete of a created container'

new_bundle $id '.process.args = ["/bin/probe", "hold"]'
agentrun create --bundle "$TEST_TMP/$id" $id </dev/null >/dev/null 2>&1
check 'kill TERM of a created container' agentrun kill $id TERM
check 'ends it' wait_until 5 has_status $id stopped
check 'and it can be deleted' agentrun delete $id

running $id
kill -KILL "$(cat "$TEST_TMP/$id/pid")"
check 'init killed from outside: stopped' wait_until 5 has_status $id stopped
check 'and it can be deleted' agentrun delete $id

running $id
agentrun pause $id
equal 'paused' "$(status_of $id)" paused
check 'kill KILL of a paused container' agentrun kill $id KILL
check 'is delivered' wait_until 5 has_status $id stopped
check 'and it can be deleted' agentrun delete $id

# The bundle may be changed after create.
new_bundle $id '.process.args = ["/bin/probe", "exit", "7"]'
agentrun create --bundle "$TEST_TMP/$id" $id </dev/null >/dev/null 2>&1
echo '{}' >"$TEST_TMP/$id/config.json"
check 'config.json is read once' agentrun start $id
check 'the container stops' wait_until 5 has_status $id stopped
check 'delete' agentrun delete $id
nothing_left
