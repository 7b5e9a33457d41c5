#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Images whose directories are links to places outside: nothing outside may be touched.
# CVE-2026-41579 (dev), CVE-2019-19921 and CVE-2023-27561 (proc), CVE-2025-31133 (null), CVE-2025-52565
# (console), CVE-2019-16884 (a bind at proc).
. "$(dirname "$0")/../lib/test.sh"
. "$TEST_SOURCE/tests/lib/bundle.sh"
. "$TEST_SOURCE/tests/lib/attack.sh"

outside=$TEST_TMP/outside
image=$TEST_TMP/image
prepare() { # a fresh image, and a directory outside of it with known content
    rm -rf "$image" "$outside"
    make_rootfs "$image"
    mkdir -p "$outside"
    echo untouched >"$outside/file"
    ln -s /nowhere "$outside/ptmx"
}
digest() {
    (cd "$outside" && find . -printf '%p %y %m %l %s\n' | sort && cat file) | sha256sum
}
run_image() { # FILTER: run the image, then say whether the outside is as it was
    local before
    before=$(digest)
    run_args "$MARK-image" ".root.path = \"$image\" | $1" /bin/true >"$TEST_TMP/said" 2>&1
    [ "$before" = "$(digest)" ] && echo untouched || echo TOUCHED
}

linked_dev() {
    prepare
    rmdir "$image/dev"
    ln -s "$outside" "$image/dev"
    run_image 'del(.mounts[] | select(.destination | startswith("/dev")))'
}
attack 'CVE-2026-41579: dev is a link to outside, no mount at /dev' '^untouched' '^TOUCHED' linked_dev

for place in proc sys dev tmp run var/tmp etc dev/shm dev/pts dev/mqueue sys/fs/cgroup; do
    for target in "$outside" / ../../../../../..; do
        link() {
            prepare
            rm -rf "${image:?}/$place"
            mkdir -p "$image/$(dirname "$place")"
            ln -s "$target" "$image/$place"
            run_image .
        }
        attack "$place is a link to ${target/#$TEST_TMP/TMP}" '^untouched' none link
    done
    for kind in file fifo; do
        odd() {
            prepare
            rm -rf "${image:?}/$place"
            mkdir -p "$image/$(dirname "$place")"
            [ $kind = file ] && : >"$image/$place" || mkfifo "$image/$place"
            run_image .
        }
        attack "$place is a $kind" '^untouched' none odd
    done
done

forged_null() {
    prepare
    mkdir -p "$TEST_TMP/dev"
    ln -sf /proc/sys/kernel/hostname "$TEST_TMP/dev/null"
    run_args "$MARK-null" ".root.path = \"$image\" | .linux.maskedPaths = [\"/proc/keys\"]
        | .mounts |= map(if .destination == \"/dev\" then {destination: \"/dev\", type: \"bind\",
          source: \"$TEST_TMP/dev\", options: [\"bind\", \"rw\"]} else . end)
        | del(.mounts[] | select(.destination | startswith(\"/dev/\")))" /bin/sh -c 'cat /proc/keys; echo end'
}
# The control shows the host name where the mask should be.
attack 'CVE-2025-31133: a forged /dev/null as the source of masks' 'policy|refused|/dev|^end' '^box' forged_null

forged_console() {
    prepare
    ln -s /proc/sys/kernel/core_pattern "$image/dev/console"
    ln -s /proc/sys/kernel/core_pattern "$image/dev/ptmx"
    run_image .
}
attack 'CVE-2025-52565: forged console and ptmx' '^untouched' none forged_console

over_proc() {
    prepare
    run_args "$MARK-proc" ".mounts += [{destination: \"/proc\", type: \"bind\", source: \"$outside\",
        options: [\"bind\"]}]" /bin/sh -c 'test -e /proc/file && echo COVERED; echo end'
}
attack 'CVE-2019-16884: a volume over /proc' 'policy|refused|proc' none over_proc
nothing_left
