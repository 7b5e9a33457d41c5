#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# pause, resume, update, ps, list, kill --all, features, spec, --version, the log and the pid file.
. "$(dirname "$0")/../lib/test.sh"
. "$TEST_SOURCE/tests/lib/bundle.sh"
id=$MARK-ctl
running $id '.process.args = ["/bin/sh", "-c", "(setsid sleep 1000 &); (sleep 1000 &); exec /bin/probe hold"]'
sleep 0.3

# --- ps, list ------------------------------------------------------------------------------------
pids=$(agentrun ps --format json $id)
equal 'ps --format json: three pids of the host' "$(jq length <<<"$pids")" 3
equal 'they are in the control group' "$(jq -r '.[]' <<<"$pids" | while read -r p; do grep -c "$id" "/proc/$p/cgroup" | grep -v '^0$'; done | wc -l)" 3
match 'ps as a table' "$(agentrun ps $id)" "$(jq '.[0]' <<<"$pids")"
match 'list' "$(agentrun list)" "$id"
equal 'list --quiet' "$(agentrun list -q)" $id
equal 'list --format json' "$(agentrun list --format json | jq -r '.[0] | "\(.id) \(.status)"')" "$id running"

# --- pause, resume -------------------------------------------------------------------------------
check pause agentrun pause $id
equal 'paused' "$(status_of $id)" paused
refuse 'exec in a paused container' agentrun exec $id true
check resume agentrun resume $id
equal 'running' "$(status_of $id)" running
refuse 'resume of a running container' agentrun resume $id

# --- update --------------------------------------------------------------------------------------
cgroup_file() {
    cat "/sys/fs/cgroup/$1/$MARK/$id/$2" 2>/dev/null || cat "/sys/fs/cgroup/$MARK/$id/${3:-$2}"
}
memory() { cgroup_file memory memory.limit_in_bytes memory.max; }
check 'update --memory' agentrun update --memory 67108864 $id
equal 'takes effect' "$(memory)" 67108864
check 'update --pids-limit' agentrun update --pids-limit 44 $id
equal 'takes effect' "$(cgroup_file pids pids.max)" 44
from_stdin() { agentrun update --resources - $id <<<"$1"; }
from_stdin '{"memory": {"limit": 0}, "cpu": {"shares": 0, "quota": 0, "period": 0}, "blockIO": {"weight": 0}}'
equal 'zeros change nothing: memory' "$(memory)" 67108864
equal 'zeros change nothing: processes' "$(cgroup_file pids pids.max)" 44
from_stdin '{"memory": {"limit": 134217728}}'
equal 'JSON from standard input' "$(memory)" 134217728
echo '{"cpu": {"quota": 30000, "period": 100000}}' >"$TEST_TMP/resources"
check 'JSON from a file' agentrun update --resources="$TEST_TMP/resources" $id
equal 'takes effect' "$(cgroup_file cpu cpu.cfs_quota_us)" 30000
agentrun update --memory -1 --memory-swap -1 $id >/dev/null 2>&1
check 'no update lifts the limit of memory' [ "$(memory)" -le $((512 << 20)) ]
agentrun update --pids-limit -1 $id >/dev/null 2>&1
check 'no update lifts the limit of processes' [ "$(cgroup_file pids pids.max)" != max ]
agentrun update --cpu-quota -1 $id >/dev/null 2>&1
check 'no update lifts the quota' [ "$(cgroup_file cpu cpu.cfs_quota_us)" -gt 0 ]
from_stdin '{"unified": {"memory.max": "max"}, "devices": [{"allow": true, "access": "rwm"}]}' >/dev/null 2>&1
check 'nor by other ways' [ "$(memory)" -le $((512 << 20)) ]
for text in '' '{' '[]' '{"memory": {"limit": "big"}}' '{"memory": {"limit": 1e400}}'; do
    refuse "bad resources: $text" bash -c "printf '%s' '$text' | '$AGENTRUN' --root '$STATE' update --resources - $id"
done

# --- kill --all ----------------------------------------------------------------------------------
check 'kill --all' agentrun kill --all $id KILL
check 'stopped' wait_until 5 has_status $id stopped
left=0
for pid in $(jq -r '.[]' <<<"$pids"); do process_is_gone "$pid" || left=$((left + 1)); done
equal 'no process is left' $left 0
match 'update of a stopped container' "$(agentrun update --memory 1000000 $id 2>&1 | tr '\n' ' '; echo "(${PIPESTATUS[0]})")" 'container not running.*\(1\)'
match 'ps of a stopped container' "$(agentrun ps --format json $id)" '^(null|\[ *\])$'
check delete agentrun delete $id
match 'list of nothing' "$(agentrun list --format json)" '^(null|\[\])$'

# --- features, version, spec ---------------------------------------------------------------------
features=$(agentrun features 2>"$TEST_TMP/err")
equal 'features is JSON' "$(jq -r type <<<"$features")" object
equal 'features says nothing else' "$(cat "$TEST_TMP/err")" ''
match 'features: versions' "$(jq -r '"\(.ociVersionMin) \(.ociVersionMax)"' <<<"$features")" '^1\.[0-9.]+ 1\.[0-9.]+'
equal 'features: all namespaces' "$(jq -c '.linux.namespaces | sort' <<<"$features")" '["cgroup","ipc","mount","network","pid","time","user","uts"]'
match 'version' "$(agentrun --version)" '^agentrun version [0-9].*'
match 'version: commit' "$(agentrun --version)" '^commit: '
match 'version: spec' "$(agentrun --version)" '^spec: 1\.'
mkdir -p "$TEST_TMP/spec/rootfs"
check 'spec' agentrun spec --bundle "$TEST_TMP/spec"
rmdir "$TEST_TMP/spec/rootfs" && ln -s "$ROOTFS" "$TEST_TMP/spec/rootfs"
jq '.process.terminal = false | .process.args = ["echo", "spec works"]' "$TEST_TMP/spec/config.json" >"$TEST_TMP/new" && mv "$TEST_TMP/new" "$TEST_TMP/spec/config.json"
equal 'what spec writes can be run' "$(agentrun run --bundle "$TEST_TMP/spec" "$MARK-spec" 2>&1)" 'spec works'

# --- options and the log -------------------------------------------------------------------------
for command in 'nosuch' '--nosuch state x' 'create' 'state' 'state --nosuch x' 'kill' 'exec'; do
    # shellcheck disable=SC2086
    refuse "usage: $command" agentrun $command
done
agentrun --log "$TEST_TMP/log" --log-format json state nosuch >/dev/null 2>"$TEST_TMP/err"
equal 'one line per failing process' "$(wc -l <"$TEST_TMP/log")" 1
equal 'level, msg, time' "$(jq -r 'keys | join(" ")' "$TEST_TMP/log")" 'level msg time'
equal 'level error' "$(jq -r .level "$TEST_TMP/log")" error
equal 'the message' "$(jq -r .msg "$TEST_TMP/log")" 'container does not exist'
match 'the time is RFC 3339' "$(jq -r .time "$TEST_TMP/log")" '^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9:]+)$'
match 'standard error has it as well' "$(cat "$TEST_TMP/err")" 'container does not exist'
new_bundle $id '.process.args = ["/bin/true"]'
: >"$TEST_TMP/log"
agentrun --log="$TEST_TMP/log" --log-format=json run --bundle "$TEST_TMP/$id" $id
equal 'nothing is logged on success' "$(cat "$TEST_TMP/log")" ''
agentrun --log "$TEST_TMP/log" --log-format json --log-level info run --bundle "$TEST_TMP/$id" $id
match 'findings at info level' "$(jq -r .msg "$TEST_TMP/log")" 'user.root'
equal 'single-dash long options' "$(agentrun -root "$STATE" state nosuch 2>&1)" 'container does not exist'
new_bundle $id '.process.args = ["/bin/probe", "exit", "5"]'
agentrun run --keep --bundle "$TEST_TMP/$id" $id
equal 'run --keep: exit code' $? 5
equal 'run --keep: the container stays' "$(status_of $id)" stopped
check 'and is deleted by delete' agentrun delete $id
nothing_left
