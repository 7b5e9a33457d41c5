#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# System calls that lead out of a container, that attack the kernel, or that prepare an attack on the
# host. Setup: a container whose caller asks for every right and for no seccomp filter. Attempt: the
# call itself, as `probe syscall` and the attacker make it. Expected: the error in the second column.
# Control: the same call in a container of runc with every right reaches the kernel, whose own answer
# is in the third column ("-": not tried, since it would stop the test itself or set the clock).
. "$(dirname "$0")/../lib/test.sh"
. "$TEST_SOURCE/tests/lib/bundle.sh"
. "$TEST_SOURCE/tests/lib/hostile.sh"

# name                    hardened      control
calls='
unshare                   EPERM         ok
unshare-user              EPERM         ok
unshare-net               EPERM         ok
unshare-pid               EPERM         ok
unshare-ipc               EPERM         ok
unshare-uts               EPERM         ok
unshare-cgroup            EPERM         ok
unshare-time              EPERM         ok
clone-user                EPERM         ok
clone-user-high-bits      EPERM         ok
clone-net                 EPERM         ok
clone3                    ENOSYS        ok
setns                     EPERM         EBADF
mount                     EPERM         ok
umount2                   EPERM         EINVAL
chroot                    EPERM         ok
pivot_root                EPERM         EBUSY|EINVAL
fsopen                    ENOSYS        ok
fsmount                   ENOSYS        EBADF
open_tree                 ENOSYS        ok
move_mount                ENOSYS        ENOENT|EBADF
mount_setattr             ENOSYS        ok|EBADF|EINVAL
open_by_handle_at         EPERM         EINVAL|EBADF
mknod-block               EPERM         ok
mknod-char                EPERM         ok
ptrace                    EPERM         -
process_vm_readv          EPERM         ok
process_vm_writev         EPERM         ok
pidfd_getfd               EPERM         EBADF
kcmp                      EPERM         ok
bpf                       EPERM         EINVAL
perf_event_open           EPERM         EINVAL|E2BIG|ENOENT|EOPNOTSUPP|ok
userfaultfd               EPERM         ok|EINVAL
init_module               EPERM         ENOSYS|ENOEXEC|EFAULT|EINVAL
kexec_load                EPERM         ok|ENOSYS
reboot                    EPERM         EINVAL
syslog                    EPERM         ok
settimeofday              EPERM         -
sethostname               EPERM         ok
acct                      EPERM         ENOENT|ENOSYS
fanotify_init             EPERM         ok
io_uring_setup            ENOSYS        EINVAL|ok
io_uring_enter            ENOSYS        EBADF|EOPNOTSUPP|EINVAL
add_key                   ENOSYS        ok
keyctl                    ENOSYS        ok
request_key               ENOSYS        ENOKEY|ok
personality               EPERM         ok
personality-read          ok            ok
chmod-setuid              EPERM         ok
mkdir-setgid              EPERM         ok
open-setuid               EPERM         ok
openat2                   ENOSYS        ok
tiocsti                   EPERM         ENOTTY|EIO
tiocsti-high-bits         EPERM         ENOTTY|EIO
tioclinux                 EPERM         ENOTTY
ambient-raise             EPERM         EPERM
no-new-privs-off          EINVAL        EINVAL
sched-fifo                EPERM         EPERM|ok
nice-up                   EACCES        ok
setuid-root               EPERM         ok
setgid-root               EPERM         ok
setgroups                 EPERM         ok
kill-init                 ok            ok
'
# shellcheck disable=SC2086
names=$(awk 'NF { print $1 }' <<<"$calls")
# shellcheck disable=SC2086
hardened=$(attack . /bin/probe syscall $names)
# shellcheck disable=SC2086
unhardened=$(control . /bin/probe syscall $(awk '$3 && $3 != "-" { print $1 }' <<<"$calls"))
while read -r name denied reached; do
    [ -n "$name" ] || continue
    equal "$name" "$(jq -r ".\"$name\"" <<<"$hardened")" "$denied"
    [ "$reached" = - ] || match "control: $name" "$(jq -r ".\"$name\"" <<<"$unhardened")" "^($reached)\$"
done <<<"$calls"

equal 'CVE-2017-5226: no input is put into a terminal, whatever the high bits' \
    "$(jq -r '[.tiocsti, .["tiocsti-high-bits"], .tioclinux] | unique | join(" ")' <<<"$hardened")" EPERM
equal 'CVE-2020-14386, CVE-2022-0185, CVE-2022-34918: no packet socket, no fsopen, no user namespace' \
    "$(attack . /bin/probe syscall socket-packet fsopen unshare-user socket-netfilter | jq -r 'map(.) | unique | join(" ")')" \
    'EAFNOSUPPORT ENOSYS EPERM'

# Numbers that no kernel has, or that this one has and the filter does not know.
for name in unknown-470 unknown-1000; do
    equal "$name" "$(attack . /bin/probe syscall $name | jq -r ".\"$name\"")" ENOSYS
done

# Other ABIs: the numbers of i386 (20 is getpid, 21 mount, 102 socketcall) and of x32.
for number in 20 21 102; do
    match "int 0x80, number $number" "$(attack . /bin/attacker i386 $number)" '^(ENOSYS|SIGSEGV)$'
done
equal 'x32 getpid' "$(attack . /bin/attacker x32)" ENOSYS
# The control needs a kernel with 32-bit emulation; without it there is nothing to stop.
match 'control: int 0x80 getpid' "$(control . /bin/attacker i386)" '^(ok|ENOSYS|SIGSEGV)$'

# A filter of the program's own cannot weaken ours, not even with a listener that lets all through.
equal 'a filter that allows everything' \
    "$(attack . /bin/probe syscall --own-filter unshare-user mount | jq -r 'map(.) | unique | join(" ")')" EPERM
equal 'a filter with a listener' "$(attack . /bin/attacker notify)" EPERM
equal 'control: a filter with a listener' "$(control . /bin/attacker notify)" ok

# Past every mount by the handle of a file: the root directory of an ext4 is inode 2.
echo secret >"$TEST_TMP/secret"
equal 'a file of the host by its handle' "$(attack . /bin/attacker handle "$TEST_TMP/secret")" EPERM
if [ "$(stat -f -c %T "$TEST_TMP")" = ext2/ext3 ]; then
    equal 'control: a file of the host by its handle' \
        "$(control . /bin/attacker handle "$TEST_TMP/secret")" ok
fi

# What has to go on working although its relatives are denied.
equal 'threads work without clone3' "$(attack . /bin/attacker thread)" ok
match 'a program without a file works' "$(attack . /bin/attacker memfd /bin/busybox 2>&1)" BusyBox
equal 'privileges cannot be unlocked' "$(attack . /bin/attacker unlock-privileges)" EINVAL
equal 'plain modes' "$(shell . 'cd /tmp && mkdir d && chmod 0755 d && echo x >f && chmod 0755 f && stat -c %a d f | uniq')" 755
nothing_left
