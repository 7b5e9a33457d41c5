#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The process section: arguments, environment, working directory, user, umask, limits, host name,
# exit codes, standard input and output, signals, and the words when the program cannot be started.
. "$(dirname "$0")/../lib/test.sh"
. "$TEST_SOURCE/tests/lib/bundle.sh"

field() { # FILTER JQ
    probe "$1" report | jq -c "$2"
}

# --- what the program gets -----------------------------------------------------------------------
report=$(probe '.process.env += ["A=b c", "EMPTY="] | .hostname = "mybox" | .domainname = "example.org"' \
    report 'one two' '' $'line\nfeed "quoted" \\')
get() {
    jq -r "$1" <<<"$report"
}
equal 'arguments arrive as they are' "$(get '.args[2:] | tojson')" '["one two","","line\nfeed \"quoted\" \\"]'
equal 'environment' "$(get '.env | index("A=b c") != null and index("EMPTY=") != null')" true
equal 'nothing of the environment of the runtime' \
    "$(LD_PRELOAD_TEST=x SECRET=1 probe . report | jq '[.env[] | select(test("SECRET|LD_PRELOAD|TTRPC"))] | length')" 0
equal 'host name' "$(get .hostname)" mybox
equal 'domain name' "$(get .domainname)" example.org
equal 'process 1' "$(get .pid)" 1
equal 'its own session' "$(get .sid)" 1
equal 'no terminal' "$(get .tty)" 0
equal 'no signal is ignored' "$(get '.signals_ignored | tojson')" '[]'
equal 'no signal is blocked' "$(get '.signals_blocked | tojson')" '[]'
equal 'root becomes nobody' "$(get '"\(.uid) \(.euid) \(.suid) \(.gid)"')" '65534 65534 65534 65534'
equal 'no supplementary groups' "$(get '.groups | length')" 0
for set in Inh Prm Eff Bnd Amb; do
    equal "no capability: Cap$set" "$(get .status.Cap$set)" 0000000000000000
done
equal 'no new privileges' "$(get .status.NoNewPrivs)" 1
equal 'seccomp filters' "$(get .status.Seccomp)" 2
equal 'oom score' "$(get '.oom_score_adj[0] | tonumber >= 500')" true
equal 'HOME can be written' "$(get '.env | map(select(startswith("HOME="))) | .[0]')" HOME=/tmp

# --- user ----------------------------------------------------------------------------------------
equal 'another user stays' "$(field '.process.user = {"uid": 1000, "gid": 1001}' '[.uid, .gid]')" '[1000,1001]'
equal 'group 0 does not stay' "$(field '.process.user = {"uid": 1000, "gid": 0}' .gid)" 65534
equal 'additional groups are dropped' \
    "$(field '.process.user = {"uid": 1000, "gid": 1000, "additionalGids": [0, 6, 999]}' .groups)" '[]'
equal 'umask is not loosened' "$(field '.process.user.umask = 0' .umask)" 18 # 022
equal 'a stricter umask stays' "$(field '.process.user.umask = 63' .umask)" 63 # 077
refuse 'user id 4294967295 is refused' probe '.process.user.uid = 4294967295' report
refuse 'group id 4294967295 is refused' probe '.process.user.gid = 4294967295' report
refuse 'additional group 4294967295 is refused' probe '.process.user.additionalGids = [4294967295]' report

# --- working directory ---------------------------------------------------------------------------
equal 'cwd' "$(field '.process.cwd = "/home/user"' .cwd)" '"/home/user"'
equal 'a cwd on a tmpfs' "$(field '.process.cwd = "/tmp"' .cwd)" '"/tmp"'
equal 'a cwd on a tmpfs that is not there yet is made' "$(field '.process.cwd = "/tmp/a/b"' .cwd)" '"/tmp/a/b"'
refuse 'a relative cwd is refused' probe '.process.cwd = "tmp"' report
for fd in 3 7 10 20; do
    refuse "cwd /proc/self/fd/$fd is refused" probe ".process.cwd = \"/proc/self/fd/$fd\"" report
done
refuse 'cwd that is a file' probe '.process.cwd = "/etc/passwd"' report
ln -s /proc/self/fd/7 "$ROOTFS/opt/link"
refuse 'cwd through a link to a descriptor' probe '.process.cwd = "/opt/link"' report
rm "$ROOTFS/opt/link"

# --- limits --------------------------------------------------------------------------------------
limits=$(field '.process.rlimits = [{"type": "RLIMIT_NOFILE", "soft": 100, "hard": 200},
    {"type": "RLIMIT_CORE", "soft": 1000000, "hard": 1000000}]' .rlimits)
equal 'a lower limit stays' "$(jq -c .NOFILE <<<"$limits")" '[100,200]'
equal 'no core dumps' "$(jq -c .CORE <<<"$limits")" '[0,0]'
equal 'a higher limit is lowered' \
    "$(field '.process.rlimits = [{"type": "RLIMIT_NOFILE", "soft": 8192, "hard": 1048576}]' '.rlimits.NOFILE[1] <= 4096')" true
refuse 'a soft limit above the hard one is refused' \
    probe '.process.rlimits = [{"type": "RLIMIT_NOFILE", "soft": 200, "hard": 100}]' report
refuse 'one limit twice is refused' probe '.process.rlimits = [{"type": "RLIMIT_NOFILE", "soft": 1, "hard": 2},
    {"type": "RLIMIT_NOFILE", "soft": 1, "hard": 2}]' report
refuse 'an unknown limit is refused' probe '.process.rlimits = [{"type": "RLIMIT_FOO", "soft": 1, "hard": 2}]' report
equal 'a real-time policy is dropped' \
    "$(probe '.process.scheduler = {"policy": "SCHED_FIFO", "priority": 10}' report >/dev/null; echo $?)" 0

# --- exit codes ----------------------------------------------------------------------------------
code() {
    probe "$@" >"$TEST_TMP/out" 2>"$TEST_TMP/err" </dev/null
    echo $?
}
equal 'exit 0' "$(code . exit 0)" 0
equal 'exit 42' "$(code . exit 42)" 42
equal 'exit 255' "$(code . exit 255)" 255
equal 'nothing is said' "$(cat "$TEST_TMP/out" "$TEST_TMP/err")" ''
equal 'killed by a signal' "$(run_args "$MARK-sig" . sh -c 'sh -c "kill -9 \$\$"; exit $?' >/dev/null 2>&1; echo $?)" 137
missing() { # ARGS... prints the message
    run_args "$MARK-none" . "$@" 2>&1 >/dev/null
    echo "($?)"
}
match 'a program that is not there' "$(missing /no/such)" 'exec: "/no/such": stat /no/such: no such file or directory(.|\n)*\(1\)|no such file or directory'
match 'a name that is not in PATH' "$(missing nosuch)" 'exec: "nosuch": executable file not found in \$PATH'
match 'a directory' "$(missing /etc)" 'permission denied|is a directory'
match 'a file without execute permission' "$(missing /etc/passwd)" 'permission denied'
match 'no arguments' "$(new_bundle "$MARK-e" '.process.args = []'; agentrun run --bundle "$TEST_TMP/$MARK-e" "$MARK-e" 2>&1; echo "($?)")" '\(1\)'
equal 'PATH of the container is used' \
    "$(run_args "$MARK-path" '.process.env = ["PATH=/opt/none:/bin"]' probe exit 3 2>&1; echo $?)" 3

# --- standard input and output -------------------------------------------------------------------
equal 'standard input' "$(echo from outside | run_args "$MARK-in" . cat)" 'from outside'
equal 'standard error' "$(run_args "$MARK-err" . sh -c 'echo problem >&2' 2>&1 >/dev/null)" problem
equal 'a megabyte' "$(head -c 1000000 /dev/zero | run_args "$MARK-mb" . cat | wc -c)" 1000000
# Signals to the foreground process go on to the program.
new_bundle "$MARK-fwd" '.process.args = ["/bin/probe", "signals"]'
"$AGENTRUN" --root "$STATE" run --bundle "$TEST_TMP/$MARK-fwd" "$MARK-fwd" >"$TEST_TMP/out" 2>&1 </dev/null &
pid=$!
check 'the program is ready' wait_until 5 grep -q ready "$TEST_TMP/out"
kill -USR1 $pid
check 'SIGUSR1 is forwarded' wait_until 5 grep -qx 'signal 10' "$TEST_TMP/out"
kill -TERM $pid
check 'SIGTERM is forwarded' wait_until 5 grep -qx 'signal 15' "$TEST_TMP/out"
wait $pid
equal 'and run ends with the exit code of the program' $? 0
nothing_left
