#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Callers who ask for less isolation in raw bundles: mounts of the host, namespaces of others,
# annotations that other runtimes obey, foreign control groups, profiles that allow all, hooks.
# Expected: refused, or the container is as strict as any. Control: runc does what was asked.
. "$(dirname "$0")/../lib/test.sh"
. "$TEST_SOURCE/tests/lib/bundle.sh"
. "$TEST_SOURCE/tests/lib/hostile.sh"

bind() { # SOURCE DESTINATION OPTIONS: a filter
    jq -rn --arg s "$1" --arg d "$2" --arg o "$3" \
        '{destination: $d, type: "bind", source: $s, options: ($o | split(","))} | ".mounts += [\(tojson)]"'
}

# --- mounts of the host ---------------------------------------------------------------------------
cd /etc && mkdir -p "$TEST_TMP/tree/sub" "$TEST_TMP/rw"
ln -s / "$TEST_TMP/root"
ln -s "$TEST_TMP/root" "$TEST_TMP/root2"
for source in / /etc /run /var/run /proc /dev /sys /sys/fs/cgroup /root /var/lib/docker /proc/1/root /proc/self/root \
    /proc/self/cwd "$TEST_TMP/root" "$TEST_TMP/root2/etc" "$TEST_TMP/tree/../../../etc" /tmp/../etc //etc /etc/; do
    refuse "a mount of ${source/#$TEST_TMP/TMP}" attack "$(bind "$source" /mnt rbind,rw)" /bin/true
done
check 'control: a mount of /etc' control "$(bind /etc /mnt rbind,ro)" /bin/test -e /mnt/shadow
mount -t tmpfs tmpfs "$TEST_TMP/tree/sub"
match 'ro of a tree holds for what is mounted below' \
    "$(shell "$(bind "$TEST_TMP/tree" /mnt rbind,ro)" 'touch /mnt/sub/x')" 'Read-only'
equal 'control: below, it can be written' \
    "$(control_shell "$(bind "$TEST_TMP/tree" /mnt rbind,ro)" 'touch /mnt/sub/x && echo written')" written
mkdir "$TEST_TMP/tree/proc"
mount -t proc proc "$TEST_TMP/tree/proc"
below='ls -d /mnt/proc/[0-9]* | wc -l'
match 'a procfs of the host below a tree is not taken along' \
    "$(shell "$(bind "$TEST_TMP/tree" /mnt rbind,ro)" "$below")" 'has a proc mounted below'
match 'control: a procfs of the host below a tree is taken along' \
    "$(control_shell "$(bind "$TEST_TMP/tree" /mnt rbind,ro)" "$below")" '^[1-9][0-9]'
equal 'without recursion the tree is mounted, but not the procfs' \
    "$(shell "$(bind "$TEST_TMP/tree" /mnt bind,ro)" 'ls /mnt/proc')" ''
umount "$TEST_TMP/tree/proc"
match 'nothing of a mount is set-user-ID, a device or a weaker option' \
    "$(attack "$(bind "$TEST_TMP/rw" /mnt rbind,rw,suid,dev,shared)" /bin/probe report |
        jq -r '.mountinfo[] | select(split(" ")[4] == "/mnt")')" '/mnt rw,nosuid,nodev[^ ]* - '
for option in rrw rsuid rdev rexec remount move; do
    output=$(attack "$(bind "$TEST_TMP/tree" /mnt "rbind,ro,$option")" /bin/probe report 2>/dev/null |
        jq -r '.mountinfo[] | select(split(" ")[4] | startswith("/mnt")) | split(" ")[5]')
    check "option $option loosens nothing" [ -z "$(grep -v '^ro,nosuid,nodev' <<<"$output" | grep .)" ]
done
umount "$TEST_TMP/tree/sub"
match 'a mount under the state of the runtime' "$(shell "$(bind "$STATE" /mnt rbind,ro)" 'ls /mnt')" 'policy|refused|not allowed'

# --- namespaces -----------------------------------------------------------------------------------
sleep 120 &
other=$!
at_exit end_process $other
for type in pid network ipc uts cgroup mount; do
    link=${type/network/net} link=${link/mount/mnt}
    output=$(attack ".linux.namespaces |= (map(select(.type != \"$type\")) + [{type: \"$type\", path: \"/proc/$other/ns/$link\"}])" \
        /bin/probe report 2>/dev/null | jq -r ".namespaces.$link")
    check "the $type namespace of the host is not joined" [ "$output" != "$(readlink /proc/self/ns/$link)" ]
done
equal 'control: the network namespace of the host is joined' \
    "$(control ".linux.namespaces |= map(if .type == \"network\" then .path = \"/proc/$other/ns/net\" else . end)" \
        /bin/probe report | jq -r .namespaces.net)" "$(readlink /proc/self/ns/net)"
output=$(attack '.linux.namespaces += [{"type": "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 0, size: 4294967295}]
    | .linux.gidMappings = .linux.uidMappings' /bin/probe report 2>/dev/null | jq -c '[.uid_map, .euid]')
check "root of the host is not mapped: ${output:-refused}" [ "$(grep -c '^\[\[" *0 *0 ' <<<"$output")" = 0 ]
refuse 'CVE-2018-18955: mappings without end' attack '.linux.namespaces += [{"type": "user"}] |
    .linux.uidMappings = [range(400) | {containerID: ., hostID: (100000 + . * 2), size: 1}] | .linux.gidMappings = .linux.uidMappings' /bin/true
refuse 'CVE-2021-43784: a mapping that does not fit' attack '.linux.namespaces += [{"type": "user"}] |
    .linux.uidMappings = [{containerID: 0, hostID: 4294967290, size: 100}] | .linux.gidMappings = .linux.uidMappings' /bin/true
check 'CVE-2021-43784: a namespace path of 70,000 bytes is not joined' \
    attack '.linux.namespaces |= map(if .type == "network" then .path = ("/" + "x" * 70000) else . end)' /bin/true

# --- what other runtimes obey ---------------------------------------------------------------------
annotations='.annotations = {"run.oci.handler": "krun", "run.oci.seccomp_bpf_data": "BgAAAAAA/38=",
    "run.oci.keep_original_groups": "1", "run.oci.hooks.stdout": "'$TEST_TMP'/written", "org.criu.config": "'$TEST_TMP'/written",
    "org.systemd.property.ExecStartPre": "[\"/bin/touch\"]", "module.wasm.image/variant": "compat",
    "run.oci.delegate-cgroup": "x", "run.oci.mount_context_type": "x", "io.kubernetes.cri.container-type": "sandbox"}'
facts='{uid, caps: .status.CapEff, seccomp: .status.Seccomp, groups, mounts: (.mountinfo | length), interfaces: (.interfaces | length)}'
equal 'CVE-2024-3154, CVE-2025-24965: annotations have no effect' "$(attack "$annotations" /bin/probe report | jq -c "$facts")" \
    "$(attack . /bin/probe report | jq -c "$facts")"
check 'and write no file' [ ! -e "$TEST_TMP/written" ]
for kind in prestart createRuntime createContainer startContainer poststart poststop; do
    attack ".hooks.$kind = [{path: \"/bin/sh\", args: [\"sh\", \"-c\", \"touch $TEST_TMP/hooked-$kind\"]}]" /bin/true >/dev/null 2>&1
done
equal 'CVE-2024-0132, CVE-2025-23266: no hook of the caller is run' "$(cd "$TEST_TMP" && ls | grep hooked)" ''
control ".hooks.prestart = [{path: \"/bin/sh\", args: [\"sh\", \"-c\", \"touch $TEST_TMP/hooked\"]}]" /bin/true >/dev/null 2>&1
check 'control: a hook is run' [ -e "$TEST_TMP/hooked" ]

# --- kernel settings ------------------------------------------------------------------------------
settings=$(cat /proc/sys/kernel/core_pattern /proc/sys/kernel/shmmax /proc/sys/vm/swappiness)
for setting in '"kernel.core_pattern": "|/bin/x"' '"kernel.shmmax": "1+kernel.core_pattern=|/x"' \
    '"kernel.shmmax": "1\nkernel.core_pattern=x"' '"net.x=1+kernel.core_pattern": "1"' '"net/../kernel/core_pattern": "x"' \
    '"net.../kernel.core_pattern": "x"' '"kernel/core_pattern": "x"' '"vm.swappiness": "1"' '"": "1"' '".": "1"' \
    '"net.ipv4.ip_unprivileged_port_start": "0\u0000x"'; do
    attack ".linux.sysctl = {$setting}" /bin/true >/dev/null 2>&1
    equal "CVE-2022-0811: sysctl ${setting:0:44}" \
        "$(cat /proc/sys/kernel/core_pattern /proc/sys/kernel/shmmax /proc/sys/vm/swappiness)" "$settings"
done

# --- control groups of others ---------------------------------------------------------------------
running "$MARK-victim"
for path in / /.. ../../x "/$MARK/../../x" "/$MARK/$MARK-victim" /docker /system.slice a:b:c; do
    attack ".linux.cgroupsPath = \"$path\"" /bin/true >/dev/null 2>&1
    status=$?
    case $path in
    */..* | .. | / | ../* | *victim) check "cgroup $path is refused" [ $status -eq 1 ] ;;
    *) check "cgroup $path: an answer, no crash" [ $status -le 1 ] ;;
    esac
done
equal 'and the victim lives' "$(status_of "$MARK-victim")" running
agentrun delete --force "$MARK-victim"
check 'nothing was made above' [ ! -e /sys/fs/cgroup/pids/x -a ! -e /sys/fs/cgroup/x ]

# --- seccomp --------------------------------------------------------------------------------------
for profile in '{}' null '{"defaultAction": "SCMP_ACT_ALLOW"}' '{"defaultAction": "SCMP_ACT_LOG"}' '{"defaultAction": "SCMP_ACT_TRACE"}' \
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["mount", "unshare"], "action": "SCMP_ACT_NOTIFY"}], "listenerPath": "/tmp/x"}' \
    '{"defaultAction": "SCMP_ACT_ALLOW", "flags": ["SECCOMP_FILTER_FLAG_SPEC_ALLOW", "SECCOMP_FILTER_FLAG_LOG"]}' \
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["seccomp", "prctl"], "action": "SCMP_ACT_ERRNO"}]}'; do
    output=$(attack ".linux.seccomp = $profile" /bin/probe syscall mount unshare-user keyctl socket-vsock 2>&1)
    check "CVE-2023-2431: profile ${profile:0:60}" [ "$(grep -c '"ok"' <<<"$output")" = 0 ]
done
output=$(attack '.linux.seccomp = {"defaultAction": "SCMP_ACT_KILL_PROCESS", "syscalls": [{"names": ["execve", "execveat"], "action": "SCMP_ACT_ALLOW"}]}' /bin/true 2>&1)
check 'a profile that kills everything ends the program, not the runtime' [ $? -ge 1 ]

# --- ids ------------------------------------------------------------------------------------------
for field in uid gid; do
    for value in 4294967295 4294967296 -1 1e400 99999999999999999999; do
        refuse "$field $value" attack ".process.user.$field = \"VALUE\"" /bin/true
        sed -i "s/\"VALUE\"/$value/" "$TEST_TMP/$MARK-attack/config.json"
        refuse "$field $value as a number" "$AGENTRUN" --root "$STATE" run --bundle "$TEST_TMP/$MARK-attack" "$MARK-number"
    done
done
# Documents made to exhaust or to confuse the parser.
config=$TEST_TMP/$MARK-attack/config.json
new_attack "$MARK-attack" . /bin/true
jq -c . "$config" | sed 's/"linux":{/"linux":{"seccomp":{"defaultAction":"SCMP_ACT_KILL"},"seccomp":null,/' >"$TEST_TMP/double"
python3 -c 'print("[" * 10000 + "]" * 10000)' >"$TEST_TMP/deep"
python3 -c 'print("{\"x\": \"" + "y" * 10000000 + "\"}")' >"$TEST_TMP/long"
printf '{"ociVersion": "1.0.2", "x": "\377\376"}' >"$TEST_TMP/encoding"
for file in double deep long encoding; do
    cp "$TEST_TMP/$file" "$config"
    refuse "a config.json that is $file" timeout 10 "$AGENTRUN" --root "$STATE" run --bundle "$TEST_TMP/$MARK-attack" "$MARK-json"
done
nothing_left
