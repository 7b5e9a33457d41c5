#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Files through which root of a container reaches the kernel or the host: device nodes, /proc, /sys,
# control groups, programs that raise rights. Setup: a caller who asks for every right, for nothing
# masked or read-only and for rw sysfs and cgroupfs. Expected: no file opens. Control: with runc they
# do open (they are opened only, never written).
. "$(dirname "$0")/../lib/test.sh"
. "$TEST_SOURCE/tests/lib/bundle.sh"
. "$TEST_SOURCE/tests/lib/hostile.sh"

opened() { # JSON of probe read or write: the paths that opened with content
    jq -r 'to_entries[] | select(.value == "ok") | .key' 2>/dev/null | sort
}
writable='/proc/sys/kernel/core_pattern /proc/sysrq-trigger /proc/irq/default_smp_affinity
    /proc/sys/kernel/hostname /proc/sys/vm/drop_caches /proc/sys/kernel/modprobe /sys/kernel/uevent_helper
    /sys/kernel/mm/transparent_hugepage/enabled /proc/irq/0/smp_affinity'
readable='/proc/kcore /proc/keys /proc/timer_list /proc/slabinfo /proc/vmallocinfo /proc/pagetypeinfo
    /proc/kallsyms /proc/kmsg /proc/interrupts /proc/acpi/wakeup /proc/sched_debug /sys/firmware/memmap/0/start'
for user in 0 1000; do
    asked=".process.user = {\"uid\": $user, \"gid\": $user}"
    # shellcheck disable=SC2086
    equal "no kernel file can be written, user $user" \
        "$(attack "$asked" /bin/probe write $writable | opened)" ''
    # shellcheck disable=SC2086
    equal "no secret of the kernel can be read, user $user" "$(attack "$asked" /bin/probe read $readable | opened)" ''
done
# shellcheck disable=SC2086
match 'control: kernel files can be written' "$(control . /bin/probe write $writable | opened)" core_pattern
# shellcheck disable=SC2086
match 'control: secrets of the kernel can be read' "$(control . /bin/probe read $readable | opened)" /proc/kallsyms

# Control groups. The release agent (CVE-2022-0492) stands in the root of a v1 hierarchy.
files='find /sys/fs/cgroup -name release_agent -o -name notify_on_release -o -name cgroup.procs -o -name tasks \
    -o -name memory.limit_in_bytes -o -name memory.max -o -name cgroup.kill -o -name pids.max | while read -r f; do
    (: >>$f) 2>/dev/null && echo "$f opened"; done; mkdir /sys/fs/cgroup/pids/x 2>/dev/null && echo made; true'
equal 'CVE-2022-0492: no file of a control group can be written' "$(shell . "$files")" ''
equal 'CVE-2023-25809: nor in a cgroup namespace asked for' \
    "$(shell '.linux.namespaces += [{"type": "cgroup"}]' "$files")" ''
match 'control: files of control groups can be written' "$(control_shell . "$files")" 'opened'
equal 'CVE-2023-25809: every cgroup mount is read-only' "$(attack . /bin/probe report |
    jq -r '.mountinfo[] | select(test(" - cgroup2? ")) | split(" ") | select(.[5] | test("(^|,)ro(,|$)") | not) | .[4]')" ''

# Device nodes, one of the image and one made inside.
mkdir -p "$ROOTFS/nodes"
mknod -m 666 "$ROOTFS/nodes/mem" c 1 1
mknod -m 666 "$ROOTFS/nodes/kmsg" c 1 11
mknod -m 666 "$ROOTFS/nodes/disk" b 254 0
equal 'nodes of the image do not open' \
    "$(attack . /bin/probe read /nodes/mem /nodes/kmsg /nodes/disk | jq -r 'map(.) | unique | join(" ")')" EACCES
match 'control: a node of the image opens' "$(control . /bin/probe write /nodes/kmsg)" '"ok"'
match 'a node cannot be made' "$(shell . 'mknod /tmp/kmsg c 1 11')" 'not permitted'
match 'control: a node can be made' "$(control_shell . 'cd /dev && mknod kmsg2 c 1 11 && ls kmsg2')" kmsg2
rm -r "$ROOTFS/nodes"

# Set-user-ID programs and file capabilities of the image, also as user 0 with the file of root.
mkdir "$ROOTFS/suid"
cp "$PROBE" "$ROOTFS/suid/probe"
chmod 4755 "$ROOTFS/suid/probe"
cp "$(command -v busybox)" "$ROOTFS/suid/grep"
setcap cap_sys_chroot,cap_net_raw+ep "$ROOTFS/suid/grep" 2>/dev/null ||
    python3 -c 'import os, struct, sys
os.setxattr(sys.argv[1], "security.capability", struct.pack("<IIIII", 0x02000001, 1 << 18 | 1 << 13, 0, 0, 0))' \
        "$ROOTFS/suid/grep"
user='.process.user = {"uid": 1000, "gid": 1000}'
unprivileged='.process.capabilities |= {bounding: .bounding}'
equal 'a set-user-ID program stays the user' "$(attack "$user" /suid/probe report | jq .euid)" 1000
equal 'control: it becomes root' "$(control "$user | $unprivileged" /suid/probe report | jq .euid)" 0
equal 'file capabilities give nothing' "$(shell "$user" '/suid/grep CapEff /proc/self/status' | tr -d '\t')" CapEff:0000000000000000
equal 'control: file capabilities count' \
    "$(control_shell "$user | $unprivileged" '/suid/grep CapEff /proc/self/status' | tr -d '\t')" CapEff:0000000000042000
equal 'CVE-2022-24769, CVE-2022-27650, CVE-2022-27652: no inheritable capability' \
    "$(shell '.process.capabilities.inheritable = .process.capabilities.bounding' 'grep CapInh /proc/self/status' | tr -d '\t')" \
    CapInh:0000000000000000
rm -r "$ROOTFS/suid"

# Signals stay inside, and init is not ended by its children.
equal 'kill -1 reaches nobody' "$(shell . 'attacker signal-all; echo alive' | tr '\n' ' ')" 'ESRCH alive '
# Groups: the exact ones, so that a file which excludes a group excludes its members (CVE-2022-2989 and others).
echo text >"$ROOTFS/opt/negative"
chown 0:1000 "$ROOTFS/opt/negative"
chmod 0604 "$ROOTFS/opt/negative"
match 'CVE-2022-2989, -2995, -36109, CVE-2023-25173: negative group rights hold' \
    "$(shell "$user" 'cat /opt/negative')" 'Permission denied'
equal 'control: a user of no group reads it' \
    "$(control_shell '.process.capabilities = {} | .process.user = {"uid": 1000, "gid": 1001}' 'cat /opt/negative')" text
nothing_left
