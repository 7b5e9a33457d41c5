# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
#
# The four programs in bundles of their own, and the same with runc. The caller asks for everything a
# config.json can ask for: root, all capabilities, the host's namespaces, no seccomp filter.

DEMO_OWNER=12345 # of the output directories; nobody special

# A bundle for one program: run by $1 with the directory $2 as /output.
demo_bundle() {
    local bundle=$1 output=$2 readonly=$3
    shift 3
    mkdir -p "$bundle"
    python3 - "$bundle/config.json" "$CACHE/rootfs" "$TEST_TMP" "$output" "$readonly" "$DEMO_FENCE" "$@" <<'END'
import json
import os
import sys

path, root, directory, output, readonly, fence, *args = sys.argv[1:]
# Those that this machine's root has: runc fails if it is to give away more.
held = int([line.split()[1] for line in open("/proc/self/status") if line.startswith("CapEff")][0], 16)
names = """CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE
    NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT
    SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE
    AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND
    AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE""".split()
caps = ["CAP_" + name for bit, name in enumerate(names) if held >> bit & 1]


def bind(source, target, mode):
    return {"destination": target, "type": "bind", "source": source, "options": ["rbind", mode]}


json.dump({
    "ociVersion": "1.0.2",
    "process": {
        "user": {"uid": 0, "gid": 0}, "args": args, "cwd": "/",
        "env": ["PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8"],
        "capabilities": {s: caps for s in ("bounding", "effective", "permitted")},
    },
    "root": {"path": root, "readonly": readonly == "ro"},
    "mounts": [
        {"destination": "/proc", "type": "proc", "source": "proc"},
        {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["mode=755"]},
        {"destination": "/tmp", "type": "tmpfs", "source": "tmpfs", "options": ["mode=1777"]},
        bind(directory + "/demo/input", "/input", "ro"),
        bind(directory + "/programs", "/programs", "ro"),
        bind(output, "/output", "rw"),
    ],
    "linux": {
        "cgroupsPath": f"/{fence}/{os.path.basename(os.path.dirname(path))}",
        "resources": {"devices": [{"allow": True, "access": "rwm"}]},
        "namespaces": [{"type": "mount"}],
    },
}, open(path, "w"), indent=1)
END
}

# Make an output directory that belongs to DEMO_OWNER.
demo_output() {
    mkdir -p "$1"
    chown "$DEMO_OWNER:$DEMO_OWNER" "$1"
    chmod 0755 "$1"
}

# Run one program to its end, or for at most DEMO_LIMIT_S. Sets DEMO_STATUS; the output is in
# $TEST_TMP/said, the findings in $TEST_TMP/log.
demo_run() {
    local runtime=$1 id=$2 readonly=rw
    shift 2
    [ "$runtime" = "$AGENTRUN" ] || readonly=ro # runc would write into the cache
    demo_output "$TEST_TMP/demo/output-$id"
    demo_bundle "$TEST_TMP/demo/$id" "$TEST_TMP/demo/output-$id" $readonly "$@"
    local log=()
    : >"$TEST_TMP/log"
    [ "$runtime" != "$AGENTRUN" ] || log=(--log "$TEST_TMP/log" --log-level info)
    "$runtime" --root "$TEST_TMP/state" "${log[@]}" run --bundle "$TEST_TMP/demo/$id" "$id" \
        >"$TEST_TMP/said" 2>"$TEST_TMP/problem" </dev/null &
    DEMO_PID=$!
    DEMO_STATUS='still running'
    if wait_until "${DEMO_LIMIT_S:-60}" process_is_gone $DEMO_PID; then
        wait $DEMO_PID
        DEMO_STATUS=$?
    fi
}

# The file is a real picture, and its owner can do with it what one does with one's files.
picture() {
    python3 - "$1" <<'END' 2>&1 || echo 'no picture'
import struct
import sys
import zlib
data = open(sys.argv[1], "rb").read()
assert data[:8] == b"\x89PNG\r\n\x1a\n", "no PNG"
at, pixels = 8, b""
while at < len(data):
    size, kind = struct.unpack(">I4s", data[at:at + 8])
    body = data[at + 8:at + 8 + size]
    assert zlib.crc32(kind + body) == struct.unpack(">I", data[at + 8 + size:at + 12 + size])[0]
    if kind == b"IHDR":
        width, height = struct.unpack(">II", body[:8])
    if kind == b"IDAT":
        pixels += body
    at += 12 + size
rows = zlib.decompress(pixels)
assert len(set(rows)) > 20, "an empty picture"
print(f"a PNG of {width}x{height}")
END
}

as_owner() {
    setpriv --reuid "$DEMO_OWNER" --regid "$DEMO_OWNER" --clear-groups "$@"
}

# The rows about a picture: WHERE, FILE.
picture_rows() {
    row "$1" 'plot of the CSV with matplotlib' "$(picture "$2")" 'a PNG of 800x500' ''
    row "$1" '  the picture belongs to' "$(stat -c '%u:%g' "$2" 2>&1)" "$DEMO_OWNER:$DEMO_OWNER" \
        'writable mounts are id-mapped to the owner'
    row "$1" '  its owner can read and delete it' \
        "$(as_owner cat "$2" >/dev/null && as_owner rm "$2" && echo yes || echo no)" yes ''
}

# One row per line that a program printed, in the file $2; all must have the result $3. The rule is
# the finding $4, which the runtime must have written in its log.
attempt_rows() {
    local where=$1 file=$2 want=$3 rule=$4 what reached how
    if [ -n "$rule" ] && ! grep -q "$rule" "$TEST_TMP/log"; then
        rule="$rule (NOT IN THE LOG)"
        DEMO_WRONG=$((DEMO_WRONG + 1))
    fi
    if ! grep -q '"reached"' "$file"; then
        row "$where" 'the program' "said nothing: $(head -c 100 "$TEST_TMP/problem")" 'attempts' "$rule"
    fi
    while IFS=$'\t' read -r what reached how; do
        row "$where" "$what" "$([ "$reached" = true ] && echo reached || echo 'not reached')" "$want" "$rule"
    done < <(jq -rR 'fromjson? | [.what, .reached, .how] | @tsv' "$file")
}

# path=device:inode of what must stay secret.
demo_secrets() {
    local path
    for path in /etc/passwd /etc/shadow "$TEST_TMP/demo/.env" "$1"; do
        printf '%s=%s ' "$path" "$(stat -Lc '%d:%i' "$path")"
    done
}

# An HTTP server on an address of this machine; sets DEMO_URL and DEMO_LISTENER.
demo_listener() {
    local address=$1
    shift
    "$@" python3 -m http.server --bind "$address" --directory "$TEST_TMP/demo/input" 18765 \
        >/dev/null 2>&1 &
    DEMO_LISTENER=$!
    at_exit end_process $DEMO_LISTENER
    DEMO_URL=http://$address:18765/sales.csv
    wait_until 10 "$@" curl --silent --fail --output /dev/null "$DEMO_URL"
}

# The host does something else while a bomb goes off: how long does it take, in tenths of a second?
responsive() {
    local start
    start=$(date +%s%N)
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        /bin/true
    done
    [ $((($(date +%s%N) - start) / 100000000)) -lt 20 ] && echo yes || echo no
}

demo_bomb() {
    local kind=$1 where='bundle'
    DEMO_LIMIT_S=5 demo_run "$AGENTRUN" "demo-$kind-$$" python3 /programs/bomb.py "$kind"
    local cgroup_pids
    cgroup_pids=$(cat "/sys/fs/cgroup/pids/$DEMO_FENCE/demo-$kind-$$/pids.current" \
        "/sys/fs/cgroup/$DEMO_FENCE/demo-$kind-$$/pids.current" 2>/dev/null | head -n 1)
    case $kind in
    memory) row $where 'memory bomb: exit code' "$DEMO_STATUS" 137 memory.limit ;;
    fork)
        row $where 'fork bomb: processes stay within the limit' \
            "$([ "${cgroup_pids:-9999}" -le 256 ] && echo yes || echo "no: $cgroup_pids")" yes pids.limit
        ;;
    loop) row $where 'endless loop: runs until it is stopped' "$DEMO_STATUS" 'still running' cpu.quota ;;
    esac
    row $where "  the host stays responsive" "$(responsive)" yes ''
    "$AGENTRUN" --root "$TEST_TMP/state" kill "demo-$kind-$$" KILL >/dev/null 2>&1
    wait_until 10 process_is_gone "$DEMO_PID"
    row $where "  ended, no process is left" \
        "$(grep -lE "/demo-$kind-$$(\$|/)" /proc/[0-9]*/cgroup 2>/dev/null | wc -l)" 0 ''
}

demo_bundles() {
    local address
    DEMO_FENCE=agentrun-demo-$$
    make_fence "$DEMO_FENCE"
    at_exit remove_fence "$DEMO_FENCE"
    # An address of the host that a container could reach; loopback on a machine without network.
    address=$(ip -4 -o addr show scope global | awk '{ sub("/.*", "", $4); print $4; exit }')

    part 'bundle: a plot'
    demo_run "$AGENTRUN" "demo-plot-$$" python3 /programs/plot.py
    picture_rows bundle "$TEST_TMP/demo/output-demo-plot-$$/sales.png"

    part 'bundle: the network'
    demo_listener "${address:-127.0.0.1}"
    demo_run "$AGENTRUN" "demo-network-$$" python3 /programs/network.py "$DEMO_URL"
    attempt_rows bundle "$TEST_TMP/said" 'not reached' net.namespace-missing

    part 'bundle: files of the host'
    # Any listening socket will do as "the engine's"; the Docker part uses the real one.
    python3 -c 'import socket, sys, time
s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen()
while True: c, _ = s.accept(); c.sendall(b"pong"); c.close()' "$TEST_TMP/demo/engine.sock" &
    at_exit end_process $!
    wait_until 5 test -S "$TEST_TMP/demo/engine.sock"
    # shellcheck disable=SC2046
    demo_run "$AGENTRUN" "demo-files-$$" python3 /programs/files.py $(demo_secrets "$TEST_TMP/demo/engine.sock")
    attempt_rows bundle "$TEST_TMP/said" 'not reached' ns.pid

    part 'bundle: bombs'
    demo_bomb fork
    demo_bomb memory
    demo_bomb loop

    part 'bundle: the control, with runc'
    demo_run runc "demo-runc-network-$$" python3 /programs/network.py "$DEMO_URL"
    grep 'listener' "$TEST_TMP/said" >"$TEST_TMP/said.listener"
    attempt_rows 'bundle, runc' "$TEST_TMP/said.listener" reached ''
    # shellcheck disable=SC2046
    demo_run runc "demo-runc-files-$$" python3 /programs/files.py $(demo_secrets "$TEST_TMP/demo/engine.sock")
    attempt_rows 'bundle, runc' "$TEST_TMP/said" reached ''
    end_process "$DEMO_LISTENER"
}
