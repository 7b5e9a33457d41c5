#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Processes that join a container. Setup: a program inside looks at every process that appears, again
# and again, as CVE-2016-9962 and CVE-2016-8649 did. Attempt: find a descriptor, a root directory or a
# program of the host in /proc of a joining process, during 200 execs. Expected: none; every exec
# works. Control: nsenter joins without any protection, in a container of runc: the host is found.
# Then: the runtime's own binary (CVE-2019-5736), executed by /proc/self/exe and by a script, and
# overwritten through a descriptor. Control for the overwriting: a program of the host, by itself. There
# is none for the executing: the runc of this machine has its own protection against it.
. "$(dirname "$0")/../lib/test.sh"
. "$TEST_SOURCE/tests/lib/bundle.sh"
. "$TEST_SOURCE/tests/lib/hostile.sh"

id=$MARK-watch
marker=$TEST_TMP/marker
echo host >"$marker"
watch="/bin/attacker watch /tmp/stop $marker >/tmp/seen; exec sleep 60"
new_attack "$id" '.process.user = {"uid": 1000, "gid": 1000}' /bin/sh -c "$watch"
check 'create' agentrun create --bundle "$TEST_TMP/$id" "$id"
check 'start' agentrun start "$id"
check 'the attacker watches' wait_until 5 agentrun exec "$id" grep -q watching /tmp/seen
failed=0
for ((i = 0; i < 200; i++)); do
    agentrun exec "$id" /bin/true >/dev/null 2>&1 </dev/null || failed=$((failed + 1))
done
equal 'CVE-2016-9962: every exec works' $failed 0
agentrun exec "$id" touch /tmp/stop
check 'the attacker ends' wait_until 10 agentrun exec "$id" grep -q '^seen' /tmp/seen
seen=$(agentrun exec "$id" cat /tmp/seen)
match 'CVE-2016-9962, CVE-2016-8649: nothing of the host in joining processes' "$seen" '^seen [0-9]+ found 0$'
check 'it saw processes at all' [ "$(sed -n 's/^seen \([0-9]*\).*/\1/p' <<<"$seen")" -ge 20 ]
agentrun delete --force "$id"

new_attack "$id" '.mounts += [{"destination": "/tmp", "type": "tmpfs", "source": "tmpfs"}]' /bin/sh -c "$watch"
runc --root "$STATE-control" run --detach --pid-file "$TEST_TMP/pid" --bundle "$TEST_TMP/$id" "$id" \
    >/dev/null 2>&1 </dev/null
pid=$(cat "$TEST_TMP/pid")
wait_until 5 grep -q watching "/proc/$pid/root/tmp/seen"
nsenter --target "$pid" --pid sleep 0.5
touch "/proc/$pid/root/tmp/stop"
wait_until 10 grep -q '^seen' "/proc/$pid/root/tmp/seen"
match 'control: a process that joins unprotected shows the host' \
    "$(cat "/proc/$pid/root/tmp/seen")" "root$marker is there"
runc --root "$STATE-control" delete --force "$id"

# --- the runtime's own binary ---------------------------------------------------------------------
before=$(sha256sum <"$AGENTRUN")
printf '#!/proc/self/exe\n' >"$ROOTFS/bin/script"
chmod +x "$ROOTFS/bin/script"
for program in /proc/self/exe /bin/script /proc/1/exe /proc/self/fd/3 /proc/thread-self/exe; do
    output=$(attack . "$program" --version 2>&1)
    check "CVE-2019-5736: $program is not the runtime" [ "$(grep -c 'agentrun version\|spec:' <<<"$output")" = 0 ]
done
running "$id"
for program in /proc/self/exe /bin/script /proc/self/fd/3; do
    output=$(timeout 20 "$AGENTRUN" --root "$STATE" exec "$id" "$program" --version 2>&1)
    check "CVE-2019-5736: exec of $program is not the runtime" \
        [ "$(grep -c 'agentrun version\|spec:' <<<"$output")" = 0 ]
done
agentrun delete --force "$id"
match 'its own program cannot be overwritten' \
    "$(attack '.process.user.uid = 0' /bin/attacker overwrite /proc/1/exe 50)" '^(EROFS|EACCES)$'
equal 'CVE-2019-5736: the binary is as it was' "$(sha256sum <"$AGENTRUN")" "$before"
# Control: without the read-only root and with root's rights, what waits long enough can write.
cp "$ATTACKER" "$TEST_TMP/victim"
equal 'control: a binary can be overwritten' "$(fenced "$ATTACKER" overwrite "$TEST_TMP/victim" 50)" ok

# Numbers: "1" is user 1, and text that only looks like one is refused (CVE-2026-30892, CVE-2016-3697).
running "$id"
printf '1000:x:0:0::/:/bin/sh\n1:x:0:0::/:/bin/sh\n' >>"$ROOTFS/etc/passwd"
equal 'CVE-2016-3697: exec -u 1000 is user 1000, whoever has that name' "$(agentrun exec --user 1000 "$id" id -u)" 1000
equal 'CVE-2026-30892: exec -u 1 is user 1' "$(agentrun exec --user 1 "$id" id -u)" 1
for user in '1 ' '+0' ' 1' -1 0x0 root:0x 4294967295 4294967296 '1:4294967295' 00000000000000000000000; do
    output=$(agentrun exec --user "$user" "$id" id -u 2>&1)
    check "CVE-2026-30892: exec -u '$user' is no root" [ "$output" != 0 ]
done
match 'exec as root is not root' "$(agentrun exec --user 0 "$id" id -u 2>&1)" '^65534$|not allowed|refused'
for cwd in /proc/self/fd/{3..12}; do
    refuse "CVE-2024-21626: exec in $cwd" "$AGENTRUN" --root "$STATE" exec --cwd "$cwd" "$id" /bin/true
done
for cwd in /proc/self/fd/{3..12}; do
    refuse "CVE-2024-21626: a first process in $cwd" attack ".process.cwd = \"$cwd\"" /bin/true
done
if command -v strace >/dev/null; then
    mkdir -p "$ROOTFS/lib"
    : >"$ROOTFS/lib/libnss_files.so.2"
    : >"$ROOTFS/etc/nsswitch.conf"
    strace -f -qq -o "$TEST_TMP/calls" -e trace=open,openat,openat2 \
        "$AGENTRUN" --root "$STATE" exec --user user "$id" /bin/true >/dev/null 2>&1 </dev/null
    check 'CVE-2019-14271: exec opens files at all' grep -q open "$TEST_TMP/calls"
    equal 'CVE-2019-14271: no library and no name service of the image' \
        "$(grep -E '[.]so|nsswitch|libnss|locale' "$TEST_TMP/calls")" ''
fi
equal 'exec with capabilities has none' \
    "$(agentrun exec --cap CAP_SYS_ADMIN "$id" grep CapEff /proc/self/status 2>&1 | tr -d '\t')" CapEff:0000000000000000
equal 'CVE-2022-29162: exec has no inheritable capability' \
    "$(agentrun exec --cap CAP_SYS_ADMIN "$id" grep CapInh /proc/self/status 2>&1 | tr -d '\t')" CapInh:0000000000000000
echo '{"args": ["/bin/grep", "-E", "Uid|CapPrm|CapBnd|NoNew|Seccomp:", "/proc/self/status"], "cwd": "/",
    "user": {"uid": 0, "gid": 0}, "noNewPrivileges": false, "capabilities": {"bounding": ["CAP_SYS_ADMIN"],
    "permitted": ["CAP_SYS_ADMIN"], "effective": ["CAP_SYS_ADMIN"], "ambient": ["CAP_SYS_ADMIN"]}}' >"$TEST_TMP/process.json"
equal 'exec --process that asks for everything' \
    "$(agentrun exec --process "$TEST_TMP/process.json" "$id" 2>&1 | tr -d '\t' | tr '\n' ' ')" \
    'Uid:65534655346553465534 CapPrm:0000000000000000 CapBnd:0000000000000000 NoNewPrivs:1 Seccomp:2 '
agentrun delete --force "$id"
nothing_left
