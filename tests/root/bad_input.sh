#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Bad bundles and bad ids: one clear error each, exit status 1, soon, and nothing left behind.
. "$(dirname "$0")/../lib/test.sh"
. "$TEST_SOURCE/tests/lib/bundle.sh"
id=$MARK-bad
bundle=$TEST_TMP/$id

# refused NAME REGEXP [COMMAND...]: create (or the command) fails as it must.
refused() {
    local name=$1 regexp=$2 status start=$SECONDS
    shift 2
    [ $# -gt 0 ] || set -- agentrun create --bundle "$bundle" "$id"
    "$@" >"$TEST_TMP/out" 2>"$TEST_TMP/err" </dev/null
    status=$?
    equal "$name: exit status 1" $status 1
    equal "$name: one line on standard error" "$(wc -l <"$TEST_TMP/err")" 1
    match "$name: says what" "$(cut -c1-1000 "$TEST_TMP/err")" "$regexp"
    equal "$name: nothing on standard output" "$(cat "$TEST_TMP/out")" ''
    check "$name: at once" [ $((SECONDS - start)) -le 5 ]
    equal "$name: nothing is left" "$(leftovers)" ''
}
config() { # text of config.json from standard input
    mkdir -p "$bundle"
    cat >"$bundle/config.json"
}
changed() { # FILTER
    new_bundle "$id" "$1"
}

# --- the text ------------------------------------------------------------------------------------
: | config
refused 'empty' 'config\.json.*empty'
new_bundle "$id"
size=$(stat -c %s "$bundle/config.json")
for part in 1 2 10 50 99; do
    new_bundle "$id"
    truncate -s $((size * part / 100)) "$bundle/config.json"
    refused "truncated at $part %" 'config\.json:[0-9]+:[0-9]+:'
done
{ printf '{"a": "'; head -c 104857600 /dev/zero | tr '\0' x; printf '"}'; } | config
refused '100 MiB' 'config\.json.*(larger|too large|bytes|size|limit|big)'
{ printf '{"a":'; printf '[%.0s' $(seq 10000); printf ']%.0s' $(seq 10000); printf '}'; } | config
refused '10 000 levels' 'config\.json:.*(deep|level|nest)'
new_bundle "$id"
sed -i '0,/"ociVersion"/s//"root": {"path": "\/"}, "ociVersion"/' "$bundle/config.json"
refused 'a key twice' 'config\.json:[0-9]+:[0-9]+:.*(twice|duplicate)'
changed '.process.args = ["/bin/true", "a\u0000b"]'
refused 'a NUL in a string' 'config\.json:[0-9]+:[0-9]+:.*(NUL|zero)'
printf '{"ociVersion": "1.0\001"}' | config
refused 'a control character' 'config\.json:[0-9]+:[0-9]+:'
printf '{"ociVersion": "1.0\xff\xfe"}' | config
refused 'no UTF-8' 'config\.json:[0-9]+:[0-9]+:.*UTF-?8'
printf '[]' | config
refused 'an array' 'config\.json:1:1:.*object'
printf '{"ociVersion": "1.0.2"} x' | config
refused 'text after the end' 'config\.json:1:[0-9]+:'

# --- types and ranges ----------------------------------------------------------------------------
while IFS='|' read -r filter where; do
    changed "$filter"
    refused "$filter" "config\.json:[0-9]+:[0-9]+:.*$where"
done <<'END'
.process = 1|process
.process = []|process
.process.args = "true"|process.args
.process.args = [1]|process.args
.process.args = []|process.args
.process.env = [null]|process.env
.process.env = ["NOEQUALS"]|process.env
.process.user.uid = "0"|process.user.uid
.process.user.uid = -1|process.user.uid
.process.user.uid = 4294967296|process.user.uid
.process.user.uid = 1.5|process.user.uid
.process.user.additionalGids = [4294967295]|process.user.additionalGids
.process.cwd = ""|process.cwd
.process.cwd = "relative"|process.cwd
.process.terminal = "yes"|process.terminal
.process.rlimits = [{"type": "RLIMIT_NOSUCH", "soft": 1, "hard": 1}]|process.rlimits
.process.oomScoreAdj = 2000|process.oomScoreAdj
.root = "rootfs"|root
.root.path = 5|root.path
.mounts = {}|mounts
.mounts[0].options = "ro"|mounts\[0\].options
.mounts += [{"type": "tmpfs"}]|mounts\[7\]
.hostname = ("x" * 100)|hostname
.linux.namespaces = [{"type": "nosuch"}]|linux.namespaces
.linux.namespaces += [{"type": "pid"}]|linux.namespaces
.linux.resources.memory.limit = "1g"|linux.resources.memory.limit
.linux.resources.pids.limit = 99999999999999999999|linux.resources.pids.limit
.linux.seccomp = {"defaultAction": 5}|linux.seccomp.defaultAction
.linux.seccomp = {"defaultAction": "SCMP_ACT_NOSUCH"}|linux.seccomp
.linux.uidMappings = [{"containerID": 0, "hostID": 0, "size": "all"}]|linux.uidMappings
.linux.devices = [{"path": "/dev/x", "type": "z"}]|linux.devices
.linux.sysctl = {"net.x": 1}|linux.sysctl
.ociVersion = "2.0.0"|ociVersion
.ociVersion = "x"|ociVersion
END
sed 's/"uid": *0/"uid": 1e400/' "$TEST_SOURCE/tests/root/config.json" | config
refused 'a number without end' 'config\.json:[0-9]+:[0-9]+:'

# --- what is missing -----------------------------------------------------------------------------
changed 'del(.process)'
refused 'no process' 'config\.json:[0-9]+:[0-9]+: process: is missing'
changed 'del(.process.args)'
refused 'no args' 'process.args'
changed 'del(.root)'
refused 'no root' 'root'
changed 'del(.ociVersion)'
refused 'no version' 'ociVersion'
changed ".root.path = \"$TEST_TMP/none\""
refused 'a root that is not there' 'no such file or directory'
changed ".root.path = \"/etc/passwd\""
refused 'a root that is a file' 'not a directory'
for root in / /proc /etc/..; do
    changed ".root.path = \"$root\""
    refused "root $root" 'root'
done

# --- ids and bundles -----------------------------------------------------------------------------
changed .
for bad in a/b .. . ../x '' 'a b' $'a\nb' 'a*' "$(printf 'x%.0s' $(seq 2000))"; do
    for command in create run; do
        refused "$command with the id '${bad:0:20}'" 'invalid container (ID|id)|container id|ID' \
            agentrun $command --bundle "$bundle" "$bad"
    done
    refused "state of the id '${bad:0:20}'" 'invalid container (ID|id)|container id|ID' agentrun state "$bad"
done
: >"$TEST_TMP/file"
refused 'a bundle that is a file' 'not a directory' agentrun create --bundle "$TEST_TMP/file" "$id"
refused 'a bundle that is not there' 'no such file or directory' agentrun create --bundle "$TEST_TMP/none" "$id"
mkdir "$TEST_TMP/empty"
refused 'a bundle without config.json' 'config\.json.*no such file or directory' agentrun create --bundle "$TEST_TMP/empty" "$id"
mkdir -p "$TEST_TMP/dir/config.json"
refused 'a config.json that is a directory' 'config\.json' agentrun create --bundle "$TEST_TMP/dir" "$id"
mkdir "$TEST_TMP/fifo" && mkfifo "$TEST_TMP/fifo/config.json"
refused 'a config.json that is a fifo' 'config\.json' timeout 5 "$AGENTRUN" --root "$STATE" create --bundle "$TEST_TMP/fifo" "$id"
# Unreadable, for a root that may read nothing but its own.
chmod 0 "$bundle/config.json"
chown 1000 "$bundle/config.json"
refused 'a config.json that cannot be read' 'config\.json.*permission denied' \
    setpriv --bounding-set -dac_override,-dac_read_search --inh-caps -dac_override,-dac_read_search \
    "$AGENTRUN" --root "$STATE" create --bundle "$bundle" "$id"

# Swapped while it is read: whatever is read, it is one file or the other, whole.
new_bundle "$id" '.process.args = ["/bin/probe", "exit", "3"]'
cp "$bundle/config.json" "$TEST_TMP/one"
jq '.process.args = ["/bin/probe", "exit", "4"]' "$TEST_TMP/one" >"$TEST_TMP/two"
(while :; do
    cp "$TEST_TMP/one" "$bundle/new" && mv "$bundle/new" "$bundle/config.json"
    cp "$TEST_TMP/two" "$bundle/new" && mv "$bundle/new" "$bundle/config.json"
done) &
swapper=$!
wrong=0
for _ in $(seq 40); do
    agentrun run --bundle "$bundle" "$id" >/dev/null 2>&1
    case $? in 3 | 4) ;; *) wrong=$((wrong + 1)) ;; esac
done
kill $swapper
wait $swapper 2>/dev/null
equal 'config.json swapped while it is read' $wrong 0

# A pid file and a root that are no places to write.
new_bundle "$id"
refused 'a pid file in a directory that is not there' 'no such file or directory' \
    agentrun create --bundle "$bundle" --pid-file "$TEST_TMP/none/pid" "$id"
refused '--root /' 'root' "$AGENTRUN" --root / create --bundle "$bundle" "$id"
nothing_left
