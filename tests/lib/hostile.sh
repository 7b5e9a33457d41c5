# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2016,SC2034
#
# For the attacks: each is made twice, in a hardened container and in a control run where nothing
# stops it, so that a test which cannot fail is noticed. Needs test.sh and bundle.sh; $ATTACKER is
# the attacking program, by default the one built beside the probe.
#
#   attack FILTER COMMAND...   in a container of agentrun; prints what the command says
#   control FILTER COMMAND...  in a container of runc that has every right this machine can give
#   fenced COMMAND...          on the host, inside the control group of this test
#   status COMMAND...          runs it quietly and prints its exit status
#   host_state                 what an attack on the host would change: mounts, /etc, core_pattern
#   shell FILTER SCRIPT, control_shell FILTER SCRIPT    the same with a line of shell

: "${ATTACKER:=$(dirname "$PROBE")/../attack/attacker}"
cp "$ATTACKER" "$ROOTFS/bin/attacker" || exit 2

# Everything that a caller can ask for and that root of this machine has.
EVERYTHING='.process.capabilities |= ($all | {bounding: ., effective: ., permitted: .})
    | .process.noNewPrivileges = false
    | .linux |= (del(.seccomp) | .maskedPaths = [] | .readonlyPaths = [])
    | .linux.resources = {devices: [{allow: true, access: "rwm"}]}
    | .mounts |= map(if .type == "sysfs" or .type == "cgroup" then .options -= ["ro"] else . end)'
ALL_CAPABILITIES=$(python3 - <<'END'
names = """CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE
NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT
SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE
AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ""".split()
bounding = next(int(line.split()[1], 16) for line in open("/proc/self/status") if line.startswith("CapBnd"))
print("[" + ", ".join(f'"CAP_{n}"' for i, n in enumerate(names) if bounding >> i & 1) + "]")
END
)
EVERYTHING=${EVERYTHING/\$all/$ALL_CAPABILITIES}

attack() {
    timeout --foreground 60 "$AGENTRUN" --root "$STATE" delete --force "$MARK-attack" 2>/dev/null
    new_attack "$MARK-attack" "$@" || return 2
    timeout --foreground 60 "$AGENTRUN" --root "$STATE" run --bundle "$TEST_TMP/$MARK-attack" "$MARK-attack"
}

new_attack() { # ID FILTER COMMAND...
    local id=$1 filter=$2
    shift 2
    new_bundle "$id" "$EVERYTHING" "${filter:-.}" ".process.args = $(jq -cn '$ARGS.positional' --args -- "$@")"
}

# runc answers 1 with its own message where it cannot do what the bundle asks.
control() {
    local id=$MARK-control status
    new_attack "$id" "$@" || return 2
    timeout --foreground 60 runc --root "$STATE-control" run --bundle "$TEST_TMP/$id" "$id"
    status=$?
    runc --root "$STATE-control" delete --force "$id" 2>/dev/null
    return $status
}

shell() {
    attack "$1" /bin/sh -c "$2" 2>&1
}

control_shell() {
    control "$1" /bin/sh -c "$2" 2>&1
}

fenced() {
    # shellcheck disable=SC2016
    timeout --foreground 60 sh -c 'for file in /sys/fs/cgroup/pids/$1 /sys/fs/cgroup/memory/$1 /sys/fs/cgroup/$1; do
        [ ! -e $file/cgroup.procs ] || echo $$ >$file/cgroup.procs; done; shift; exec "$@"' fenced "$MARK" "$@"
}

status() {
    "$@" >/dev/null 2>&1 </dev/null
    echo $?
}

# Mount ids change with every mount of anybody; what counts is what is mounted where.
host_state() {
    cut -d' ' -f4- /proc/self/mountinfo | sort
    cat /proc/sys/kernel/core_pattern /proc/sys/kernel/hostname
    stat -c '%n %s %i %a %u %Y' /etc /etc/passwd /etc/shadow /etc/hosts /dev/null /dev/console 2>/dev/null
}

# Everything below a directory, with content: to see that nothing touched it.
tree_state() {
    find "$1" -printf '%p %y %m %U %G %s %l\n' | sort
    find "$1" -type f -exec sha256sum {} + | sort
}

control_end() {
    local id
    for id in $(find "$STATE-control" -mindepth 1 -maxdepth 1 -printf '%f\n' 2>/dev/null); do
        runc --root "$STATE-control" delete --force "$id" >/dev/null 2>&1
    done
}
at_exit control_end
