#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Mounts: each type, the options, propagation, id-mapped output, the read-only root, scratch space,
# and what is refused.
. "$(dirname "$0")/../lib/test.sh"
. "$TEST_SOURCE/tests/lib/bundle.sh"

mkdir -p "$TEST_TMP/source/sub" "$TEST_TMP/owned"
echo content >"$TEST_TMP/source/file"
chown 4321:4322 "$TEST_TMP/owned"
mount() { # DESTINATION TYPE SOURCE OPTIONS: a filter that adds a mount
    jq -rn --arg d "$1" --arg t "$2" --arg s "$3" --arg o "$4" \
        '{destination: $d, type: $t, source: $s, options: ($o | split(","))} | ".mounts += [\(tojson)]"'
}
sh_in() { # FILTER SCRIPT
    run_args "$MARK-sh" "$1" /bin/sh -c "$2" 2>&1
}
options_of() { # FILTER MOUNT POINT: options and propagation of the topmost mount there
    probe "$1" report | jq -r --arg p "$2" \
        '[.mountinfo[] | split(" ") | select(.[4] == $p)] | last | "\(.[5]) \(.[6:] | join(" "))"'
}

# --- binds ---------------------------------------------------------------------------------------
bind=$(mount /mnt bind "$TEST_TMP/source" rbind,ro)
equal 'a bind' "$(sh_in "$bind" 'cat /mnt/file')" content
match 'ro' "$(sh_in "$bind" 'touch /mnt/x')" 'Read-only'
for option in nosuid nodev ro; do
    match "a bind has $option" "$(options_of "$bind" /mnt)" "(^|,)${option}[, ]"
done
match 'noexec' "$(options_of "$(mount /mnt bind "$TEST_TMP/source" rbind,ro,noexec)" /mnt)" '(^|,)noexec'
match 'suid and dev do not come back' "$(options_of "$(mount /mnt bind "$TEST_TMP/source" rbind,ro,suid,dev)" /mnt)" 'nosuid,nodev'
equal 'a bind of a file' "$(sh_in "$(mount /opt/file bind "$TEST_TMP/source/file" bind,ro)" 'cat /opt/file')" content
equal 'a bind to a place that is not there' \
    "$(sh_in "$(mount /opt/new/deep bind "$TEST_TMP/source" bind,ro)" 'cat /opt/new/deep/file')" content

# Submounts: recursive or not, and read-only all the way down.
command mount -t tmpfs tmpfs "$TEST_TMP/source/sub"
echo below >"$TEST_TMP/source/sub/file"
equal 'bind leaves submounts out' "$(sh_in "$(mount /mnt bind "$TEST_TMP/source" bind,ro)" 'ls /mnt/sub')" ''
equal 'rbind takes submounts along' "$(sh_in "$bind" 'cat /mnt/sub/file')" below
match 'ro holds for submounts too' "$(sh_in "$bind" 'touch /mnt/sub/x')" 'Read-only'
match 'rro holds for submounts too' "$(sh_in "$(mount /mnt bind "$TEST_TMP/source" rbind,rro)" 'touch /mnt/sub/x')" 'Read-only'
umount "$TEST_TMP/source/sub"

# Output belongs to the owner of the directory, whoever the program is.
output=$(mount /out bind "$TEST_TMP/owned" rbind,rw)
equal 'a writable bind' "$(sh_in "$output" 'echo result >/out/file; mkdir /out/dir; echo done')" 'done'
equal 'what was written belongs to the owner of the directory' "$(stat -c %u:%g "$TEST_TMP/owned/file" "$TEST_TMP/owned/dir" | sort -u)" 4321:4322
equal 'for other users of the container as well' \
    "$(sh_in "$output | .process.user = {\"uid\": 1000, \"gid\": 1000}" 'echo x >/out/user; echo done')" 'done'
equal 'likewise' "$(stat -c %u:%g "$TEST_TMP/owned/user")" 4321:4322
match 'no set-user-ID file can be made there' "$(sh_in "$output" 'cp /bin/busybox /out/su; chmod 4755 /out/su; stat -c %a /out/su')" 'not permitted'
equal 'and there is none' "$(find "$TEST_TMP/owned" -perm /6000 | wc -l)" 0

# --- other types ---------------------------------------------------------------------------------
equal 'tmpfs' "$(sh_in "$(mount /opt tmpfs tmpfs nosuid,size=1m,mode=1777)" 'echo x >/opt/x; df -k /opt | tail -1 | tr -s " " | cut -d" " -f2')" 1024
match 'tmpfs: noexec' "$(options_of "$(mount /opt tmpfs tmpfs noexec,size=1m)" /opt)" noexec
equal 'tmpfs: mode' "$(sh_in "$(mount /opt tmpfs tmpfs mode=0751)" 'stat -c %a /opt')" 751
check 'tmpfs: size is bounded' [ "$(sh_in "$(mount /opt tmpfs tmpfs size=100g)" 'df -m /opt | tail -1 | tr -s " " | cut -d" " -f2')" -le 1024 ]
types=$(probe . report | jq -r '.mountinfo[] | capture("^[^ ]+ [^ ]+ [^ ]+ [^ ]+ (?<at>[^ ]+) .* - (?<type>[^ ]+)") | "\(.at)=\(.type)"')
for at in /proc=proc /dev=tmpfs /dev/pts=devpts /sys=sysfs /dev/mqueue=mqueue /dev/shm=tmpfs /tmp=tmpfs /var/tmp=tmpfs /run=tmpfs; do
    match "$at" "$types" "^$at\$"
done
match 'a cgroup hierarchy' "$types" '^/sys/fs/cgroup'
match 'the control groups cannot be written' "$(sh_in . 'find /sys/fs/cgroup -name cgroup.procs | head -1 | xargs sh -c "echo 0 >\$0"')" 'Read-only|nonexistent|denied'
equal 'the root of the control groups is the container' "$(probe . report | jq -r '[.cgroup[] | split(":")[2]] | unique | join(" ")')" /

# --- the root ------------------------------------------------------------------------------------
match 'the root is read-only' "$(sh_in . 'touch /x')" 'Read-only'
match 'and nosuid, nodev' "$(options_of . /)" 'ro,.*nosuid.*nodev|ro,nosuid,nodev'
for at in /tmp /var/tmp /run /dev/shm; do
    equal "$at can be written" "$(sh_in . "echo x >$at/x && cat $at/x")" x
done
equal 'programs in /tmp can run' "$(sh_in . 'cp /bin/busybox /tmp/echo && /tmp/echo yes')" yes
match '/tmp is bounded' "$(sh_in . 'dd if=/dev/zero of=/tmp/x bs=1M count=2000 2>&1; true')" 'No space|Killed'

# --- propagation ---------------------------------------------------------------------------------
for propagation in shared rshared slave rslave private rprivate unbindable; do
    result=$(options_of "$(mount /mnt bind "$TEST_TMP/source" "rbind,ro,$propagation")" /mnt)
    match "$propagation becomes private" "$result" '^[a-z,]+ -' # no shared:, no master:
done
equal 'no mount at all propagates' "$(probe '.linux.rootfsPropagation = "shared"' report |
    jq '[.mountinfo[] | select(test("shared:|master:|propagate_from:"))] | length')" 0

# --- refused -------------------------------------------------------------------------------------
ln -s / "$TEST_TMP/root-link"
mkfifo "$TEST_TMP/fifo"
python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$TEST_TMP/socket"
mknod "$TEST_TMP/device" c 1 3
for source in / /etc /root /home /proc /sys /dev /run /sys/fs/cgroup /boot /var/log /etc/shadow \
    /proc/self/ns/net "$TEST_TMP/root-link" "$TEST_TMP/root-link/etc" "$TEST_TMP/../../etc" \
    "$TEST_TMP/fifo" "$TEST_TMP/socket" "$TEST_TMP/device" "$TEST_TMP/missing" "$STATE"; do
    refuse "a bind of ${source/#$TEST_TMP/TMP} is refused" sh_in "$(mount /mnt bind "$source" rbind,ro)" true
done
for destination in / /proc /proc/sys /sys /dev /dev/null /dev/pts; do
    refuse "a bind to $destination is refused" sh_in "$(mount $destination bind "$TEST_TMP/source" rbind,ro)" true
done
for type in overlay ext4 nfs fuse debugfs tracefs securityfs bpf ramfs hugetlbfs nosuch; do
    refuse "type $type is refused" sh_in "$(mount /mnt $type none '')" true
done
refuse 'an unknown option of a bind is refused' sh_in "$(mount /mnt bind "$TEST_TMP/source" rbind,foo=bar)" true
refuse 'a destination with .. that leaves the root stays inside or is refused' \
    sh_in "$(mount /../../../tmp/agentrun-escape bind "$TEST_TMP/source" rbind,ro)" 'test -e /tmp/agentrun-escape-never'
check 'and makes nothing outside' [ ! -e /tmp/agentrun-escape ]
nothing_left
