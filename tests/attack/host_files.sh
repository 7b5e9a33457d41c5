#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The host's files, processes, devices and kernel settings, by a caller who asks for everything.
. "$(dirname "$0")/../lib/test.sh"
. "$TEST_SOURCE/tests/lib/bundle.sh"
. "$TEST_SOURCE/tests/lib/attack.sh"
host_pid="$PRIVILEGED | .linux.namespaces |= map(select(.type != \"pid\"))"
host_net="$PRIVILEGED | .linux.namespaces |= map(select(.type != \"network\"))"
echo "secret-$MARK" >"$TEST_TMP/secret"

in_container() { # FILTER SCRIPT
    run_args "$MARK-host" "$1" /bin/sh -c "$2"
}
attack 'a file of the host through the root of one of its processes' 'No such file|denied' "secret-$MARK" \
    in_container "$host_pid" "cat /proc/$$/root$TEST_TMP/secret"
attack 'the processes of the host' '^[0-9]$|^$' '^[1-9][0-9]+$' \
    in_container "$host_pid" "ls -d /proc/[0-9]* | wc -l"
attack 'signals to processes of the host' 'not permitted|No such process|denied|gone' '^sent$' \
    in_container "$host_pid" "kill -0 $$ && echo sent || echo gone"
attack 'a mount of the whole host' 'policy' "secret-$MARK" \
    in_container '.mounts += [{destination: "/mnt", type: "bind", source: "/", options: ["rbind"]}]' "cat /mnt$TEST_TMP/secret"
attack 'the interfaces of the host' '^1$' '^([2-9]|[1-9][0-9]+)$' \
    in_container "$host_net" 'tail -n +3 /proc/net/dev | wc -l'
python3 -c 'import socket, time, sys
s = socket.socket(socket.AF_UNIX); s.bind("\0" + sys.argv[1]); s.listen()
while True: s.accept()[0].sendall(b"abstract")' "$MARK" &
at_exit end_process $!
wait_until 5 grep -q "@$MARK" /proc/net/unix
# The probe knows no abstract sockets; that they are listed tells the same.
attack 'abstract sockets of the host' '^0$' '^[1-9]' in_container "$host_net" "grep -c '@$MARK' /proc/net/unix; true"

attack 'kernel memory and keys' '^0$' none in_container "$PRIVILEGED" 'cat /proc/kcore /proc/keys 2>/dev/null | head -c 10 | wc -c'
before=$(cat /proc/sys/kernel/core_pattern)
attack 'core_pattern' 'Read-only|denied' '^written$' \
    in_container "$PRIVILEGED | .process.user.uid = 0" 'cat /proc/sys/kernel/core_pattern >/tmp/x; cat /tmp/x >/proc/sys/kernel/core_pattern && echo written'
equal 'core_pattern is as it was' "$(cat /proc/sys/kernel/core_pattern)" "$before"
attack 'a device node of a disk' 'not permitted|denied' '^made$' \
    in_container "$PRIVILEGED" 'mknod /tmp/disk b 254 0 && echo made'
attack 'the kernel log' 'denied|No such|not permitted' '^read$' \
    in_container "$PRIVILEGED | .linux.devices = [{path: \"/dev/kmsg\", type: \"c\", major: 1, minor: 11}]" 'head -c 1 /dev/kmsg >/dev/null && echo read'
attack 'a new mount' 'not permitted|denied' '^mounted$' in_container "$PRIVILEGED" 'mount -t tmpfs none /mnt && echo mounted'
attack 'a writable root' 'Read-only' '^written$' in_container "$PRIVILEGED" 'touch /opt/x && rm /opt/x && echo written'
attack 'a control group without limit' 'Read-only|nonexistent|denied|No such' none \
    in_container "$PRIVILEGED" 'for f in /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max; do echo -1 >$f && echo written; done'

# Rights that files of the image could give.
cp "$PROBE" "$ROOTFS/opt/probe"
chmod 4755 "$ROOTFS/opt/probe"
attack 'a set-user-ID program of the image' '"euid":1000' '"euid":0' \
    in_container '.process.user = {uid: 1000, gid: 1000}' '/opt/probe report'
rm "$ROOTFS/opt/probe"
attack 'CVE-2022-24769: inheritable capabilities' 'CapInh:.0000000000000000' none \
    in_container "$PRIVILEGED | .process.capabilities.inheritable = $ALL_CAPS" 'grep CapInh /proc/self/status'
nothing_left
