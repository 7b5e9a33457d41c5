#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Terminals: by console socket as engines do it, and in the foreground.
. "$(dirname "$0")/../lib/test.sh"
. "$TEST_SOURCE/tests/lib/bundle.sh"
id=$MARK-tty
tty='.process.terminal = true'
script() { # SCRIPT: a filter
    jq -rn --arg s "$1" '".process.args = [\"/bin/sh\", \"-c\", \($s | tojson)]"'
}

# --- create and a console socket -----------------------------------------------------------------
new_bundle $id "$tty" '.process.consoleSize = {"height": 31, "width": 97}' \
    "$(script 'tty; ls -l /dev/console | cut -c1; stty size; test -t 0 && test -t 1 && test -t 2 && echo all')"
mkfifo "$TEST_TMP/go"
"$TEST_SOURCE/tests/lib/console.py" "$TEST_TMP/console" "$AGENTRUN" --root "$STATE" create \
    --bundle "$TEST_TMP/$id" --console-socket "$TEST_TMP/console" $id <"$TEST_TMP/go" >"$TEST_TMP/out" 2>&1 &
engine=$!
exec 9<>"$TEST_TMP/go" # also for reading: a writer without reader gets SIGPIPE
check 'create sends the terminal' wait_until 10 test -s "$TEST_TMP/out"
message=$(head -n 1 "$TEST_TMP/out")
equal 'create succeeds' "$(jq .exit <<<"$message")" 0
equal 'and is silent' "$(jq -r .said <<<"$message")" ''
equal 'one descriptor' "$(jq .descriptors <<<"$message")" 1
equal 'which is a terminal' "$(jq .is_terminal <<<"$message")" true
match 'with its name' "$(jq -r .name <<<"$message")" '^/dev/(ptmx|pts/[0-9]+)$'
equal 'with the size asked for' "$(jq -c .size <<<"$message")" '[31,97]'
agentrun start $id
echo go >&9
wait $engine
equal 'the program has the terminal, which hangs up at its end' \
    "$(tail -n +2 "$TEST_TMP/out" | tr '\n' ' ')" '/dev/pts/0 c 31 97 all '
check 'stopped' wait_until 5 has_status $id stopped
check 'delete' agentrun delete $id

# --- exec and a console socket -------------------------------------------------------------------
running $id
jq -n '{terminal: true, args: ["/bin/sh", "-c", "tty; echo from exec"], cwd: "/", user: {uid: 0, gid: 0},
    env: ["PATH=/bin"]}' >"$TEST_TMP/process.json"
"$TEST_SOURCE/tests/lib/console.py" "$TEST_TMP/console" "$AGENTRUN" --root "$STATE" exec --process "$TEST_TMP/process.json" \
    --detach --pid-file "$TEST_TMP/exec-pid" --console-socket "$TEST_TMP/console" $id <"$TEST_TMP/go" >"$TEST_TMP/out" 2>&1 &
engine=$!
echo go >&9
wait $engine
equal 'exec: one descriptor' "$(head -n 1 "$TEST_TMP/out" | jq .descriptors)" 1
match 'exec: the program has the terminal' "$(tail -n +2 "$TEST_TMP/out" | tr '\n' ' ')" '^/dev/pts/[0-9] from exec $'
exec 9>&-

# --- in the foreground ---------------------------------------------------------------------------
terminal() {
    "$TEST_SOURCE/tests/lib/terminal.py" "$@" | tr -d '\r'
}
equal 'exec -t in the foreground' \
    "$(terminal "$AGENTRUN" --root "$STATE" exec -t $id sh -c 'test -t 0 && echo yes; sleep 0.5; stty size')" $'yes\n24 80'
agentrun delete --force $id
new_bundle $id "$tty" "$(script 'test -t 0 && echo yes; sleep 0.5; stty size')"
equal 'run in the foreground' \
    "$(terminal --size 40x120 "$AGENTRUN" --root "$STATE" run --bundle "$TEST_TMP/$id" $id)" $'yes\n40 120'
new_bundle $id "$tty" "$(script 'read line; echo "got $line"; exit 6')"
equal 'what is typed arrives' "$(terminal --type 'abc\n' "$AGENTRUN" --root "$STATE" run --bundle "$TEST_TMP/$id" $id | tail -n 1)" 'got abc'
new_bundle $id "$tty" "$(script 'trap "echo interrupted; exit 4" INT; echo ready; while :; do sleep 0.1; done')"
match 'control-C interrupts the program' "$(terminal --wait ready --type '\x03' "$AGENTRUN" --root "$STATE" run --bundle "$TEST_TMP/$id" $id)" interrupted

# --- what does not fit together ------------------------------------------------------------------
new_bundle $id "$tty"
refuse 'a terminal without console socket cannot be detached' agentrun create --bundle "$TEST_TMP/$id" $id
new_bundle $id
refuse 'a console socket without terminal' agentrun create --bundle "$TEST_TMP/$id" --console-socket "$TEST_TMP/console" $id
new_bundle $id "$tty"
refuse 'a console socket that is not there' agentrun create --bundle "$TEST_TMP/$id" --console-socket "$TEST_TMP/none" $id
nothing_left
