# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
#   make_rootfs DIR    the root file system of the tests: busybox, the probe if $PROBE is set, a
#                      user 1000 with a home, and empty directories for what gets mounted

make_rootfs() {
    local root=$1 applet
    mkdir -p "$root"/{bin,dev,etc,home/user,opt,proc,root,run,sbin,srv,sys,tmp,usr/bin,var/tmp}
    chmod 1777 "$root/tmp" "$root/var/tmp"
    cp "$(command -v busybox)" "$root/bin/busybox"
    for applet in $("$root/bin/busybox" --list | grep -vx busybox); do
        ln -s busybox "$root/bin/$applet"
    done
    [ -z "${PROBE:-}" ] || cp "$PROBE" "$root/bin/probe"
    printf 'root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000::/home/user:/bin/sh\n' >"$root/etc/passwd"
    printf 'root:x:0:\nwheel:x:10:root\nuser:x:1000:\n' >"$root/etc/group"
    chown 1000:1000 "$root/home/user"
}
