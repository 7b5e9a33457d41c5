#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# exec in both forms: by options, and by a process file; it never has more rights than init.
. "$(dirname "$0")/../lib/test.sh"
. "$TEST_SOURCE/tests/lib/bundle.sh"
id=$MARK-exec
running $id '.process.env += ["KEPT=yes"] | .process.cwd = "/home"'

equal 'a command' "$(agentrun exec $id echo hello)" hello
equal 'options end at the id' "$(agentrun exec $id ls -d /bin)" /bin
equal 'exit code' "$(agentrun exec $id probe exit 17; echo $?)" 17
equal 'ended by a signal' "$(agentrun exec $id sh -c 'kill -9 $$'; echo $?)" 137
equal 'standard input' "$(echo abc | agentrun exec $id cat)" abc
equal 'standard error' "$(agentrun exec $id sh -c 'echo problem >&2' 2>&1 >/dev/null)" problem
equal '--env' "$(agentrun exec --env A=b -e C=d $id sh -c 'echo $A$C$KEPT')" bdyes
equal '--cwd' "$(agentrun exec --cwd /tmp $id pwd)" /tmp
equal 'the working directory of the container' "$(agentrun exec $id pwd)" /home
equal '--user' "$(agentrun exec --user 1000:1001 $id sh -c 'echo $(id -u):$(id -g)')" 1000:1001
equal '--user 1 is user 1' "$(agentrun exec --user 1 $id id -u)" 1
equal '--user 0 is not root' "$(agentrun exec --user 0 $id id -u)" 65534
for user in '1 ' ' 1' +0 -1 0x0 root:0 4294967295 1:4294967295 99999999999 ''; do
    refuse "--user '$user' is refused" agentrun exec --user "$user" $id id -u
done
for cwd in /proc/self/fd/3 /proc/self/fd/9 relative; do
    refuse "--cwd $cwd is refused" agentrun exec --cwd $cwd $id pwd
done
none=$(agentrun exec $id /no/such 2>&1)
equal 'a program that is not there: 255' $? 255
match 'and why' "$none" 'exec: "/no/such": stat /no/such: no such file or directory'
match 'a name that is not in PATH' "$(agentrun exec $id nosuch 2>&1)" 'exec: "nosuch": executable file not found in \$PATH'
match 'not executable' "$(agentrun exec $id /etc/passwd 2>&1)" 'permission denied'

check '--detach with a pid file' agentrun exec --detach --pid-file "$TEST_TMP/pid" $id probe hold
pid=$(cat "$TEST_TMP/pid")
equal 'the pid file has digits only' "$(tr -d 0-9 <"$TEST_TMP/pid" | wc -c)" 0
match 'it is the process' "$(tr '\0' ' ' <"/proc/$pid/cmdline")" '^probe hold'
equal 'it is in the control groups of init' "$(cat "/proc/$pid/cgroup")" "$(cat "/proc/$(agentrun state $id | jq .pid)/cgroup")"
match 'ps shows it' "$(agentrun ps --format json $id)" "(\[|,)${pid}[],]"

process() { # FILTER: a process file
    jq -n '{args: ["/bin/probe", "report"], cwd: "/", user: {uid: 0, gid: 0}, env: ["PATH=/bin"]}' | jq "$1" >"$TEST_TMP/process.json"
}
caps='["CAP_SYS_ADMIN", "CAP_NET_ADMIN", "CAP_SYS_PTRACE", "CAP_CHOWN"]'
process ".noNewPrivileges = false | .user.additionalGids = [0, 6, 10] | .oomScoreAdj = -500
    | .capabilities = {bounding: $caps, effective: $caps, permitted: $caps, inheritable: $caps, ambient: $caps}
    | .rlimits = [{type: \"RLIMIT_NOFILE\", soft: 1048576, hard: 1048576}, {type: \"RLIMIT_CORE\", soft: 1000, hard: 1000}]"
have=$(agentrun exec --process "$TEST_TMP/process.json" $id)
first=$(jq -n --arg s "$(agentrun exec $id cat /proc/1/status)" '$s | split("\n") | map(split(":\t")) | map({(.[0]): .[1]}) | add')
for field in CapInh CapPrm CapEff CapBnd CapAmb NoNewPrivs Seccomp Seccomp_filters; do
    equal "a process file that asks for more: $field is that of init" "$(jq -r .status.$field <<<"$have")" "$(jq -r .$field <<<"$first")"
done
equal 'no supplementary groups' "$(jq -c .groups <<<"$have")" '[]'
equal 'limits' "$(jq -c '[.rlimits.CORE, .rlimits.NOFILE[1] <= 4096]' <<<"$have")" '[[0,0],true]'
equal 'oom score' "$(jq '.oom_score_adj[0] | tonumber >= 500' <<<"$have")" true
equal 'nothing of the environment of init unless the file says so' "$(jq '[.env[] | select(startswith("KEPT"))] | length' <<<"$have")" 0
for namespace in mnt pid net ipc uts cgroup; do
    equal "$namespace namespace of init" "$(jq -r .namespaces.$namespace <<<"$have")" "$(agentrun exec $id readlink /proc/1/ns/$namespace)"
done
answers=$(agentrun exec $id probe syscall unshare-user mount bpf socket-packet ptrace clone3)
equal 'the same filters' "$(jq -c '[.[]]' <<<"$answers")" '["EPERM","EPERM","EPERM","EAFNOSUPPORT","EPERM","ENOSYS"]'
for option in '--cap CAP_SYS_ADMIN' '--preserve-fds 3'; do
    # shellcheck disable=SC2086
    have=$(agentrun exec $option $id grep CapEff /proc/self/status 2>/dev/null)
    match "$option gives nothing" "${have:-refused}" 'refused|0000000000000000$'
done
refuse '--cgroup with .. is refused' agentrun exec --cgroup ../.. $id true
for text in '' '{' '[]' '{"args": []}' '{"args": ["/bin/true"], "cwd": "/", "user": {"uid": -1}}'; do
    printf '%s' "$text" >"$TEST_TMP/process.json"
    refuse "a bad process file: $text" agentrun exec --process "$TEST_TMP/process.json" $id
done
refuse 'a process file that is not there' agentrun exec --process "$TEST_TMP/none" $id

agentrun pause $id
match 'exec in a paused container' "$(agentrun exec $id true 2>&1; echo "($?)")" 'paused container.*\(255\)|--ignore-paused'
agentrun resume $id
"$AGENTRUN" --root "$STATE" exec $id probe signals >"$TEST_TMP/out" 2>&1 </dev/null &
foreground=$!
check 'a program in the foreground' wait_until 5 grep -q ready "$TEST_TMP/out"
kill -USR1 $foreground
check 'gets the signals of the runtime' wait_until 5 grep -qx 'signal 10' "$TEST_TMP/out"
kill -TERM $foreground
wait $foreground
equal 'and its exit code is that of exec' $? 0
agentrun kill $id KILL
check 'processes of exec end with init' wait_until 5 process_is_gone "$pid"
check 'and the container stops' wait_until 5 has_status $id stopped
agentrun delete $id

# A created container can be entered, too.
new_bundle $id '.process.args = ["/bin/probe", "hold"]'
agentrun create --bundle "$TEST_TMP/$id" $id >/dev/null 2>&1 </dev/null
equal 'exec in a created container' "$(agentrun exec $id echo early 2>&1)" early
agentrun delete --force $id
nothing_left
