#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The runtime's own binary, descriptors and memory, seen from inside while exec joins.
# CVE-2019-5736 (binary), CVE-2016-9962 (joining process), CVE-2024-21626 (leaked directory).
. "$(dirname "$0")/../lib/test.sh"
. "$TEST_SOURCE/tests/lib/bundle.sh"
. "$TEST_SOURCE/tests/lib/attack.sh"

# A copy, so that an attack that succeeds destroys nothing.
cp "$AGENTRUN" "$TEST_TMP/agentrun"
AGENTRUN=$TEST_TMP/agentrun
digest=$(sha256sum <"$AGENTRUN")
id=$MARK-own

for program in /proc/self/exe /proc/1/exe /proc/self/fd/3 /proc/self/fd/7; do
    refuse "args $program does not run the runtime" run_args "$MARK-args" . $program --version
done
printf '#!/proc/self/exe\n' >"$ROOTFS/opt/script"
chmod +x "$ROOTFS/opt/script"
run_args "$MARK-args" . /opt/script >"$TEST_TMP/out" 2>&1
check 'a script whose interpreter is /proc/self/exe does not run the runtime' \
    sh -c "! grep -q 'usage: agentrun' '$TEST_TMP/out'"

# Inside, a loop tries to get hold of whatever comes in; uid 65534 is what exec runs as, too.
cat >"$ROOTFS/opt/watch" <<'END'
#!/bin/sh
own=$$
while :; do
    for p in /proc/[0-9]*; do
        [ $p = /proc/$own ] || [ $p = /proc/1 ] && continue
        echo "$p" >>/tmp/seen
        exe=$(readlink $p/exe 2>/dev/null)
        case $exe in
        '' | /bin/* | /opt/*) ;;
        *) echo "exe $exe" >>/tmp/found; (echo overwritten >$p/exe) 2>/dev/null && echo "WRITTEN" >>/tmp/found ;;
        esac
        for fd in $p/fd/*; do
            case $fd in */0 | */1 | */2 | */10 | *'*') continue ;; esac
            target=$(readlink $fd 2>/dev/null)
            case $target in '' | /proc/*/fd | /proc | /opt/watch | pipe:* | /tmp/found) ;; *) echo "fd $fd $target" >>/tmp/found ;; esac
        done
    done
done
END
chmod +x "$ROOTFS/opt/watch"
new_bundle $id '.process.args = ["/opt/watch"]'
agentrun create --bundle "$TEST_TMP/$id" $id >/dev/null 2>&1 </dev/null
agentrun start $id
for _ in $(seq 150); do
    agentrun exec $id true
done
check 'the watcher saw processes come in' agentrun exec $id test -s /tmp/seen
equal 'nothing of joining processes could be opened in 150 execs' \
    "$(agentrun exec $id sh -c 'sort -u /tmp/found 2>/dev/null | head -n 5')" ''
equal 'the binary is unchanged' "$(sha256sum <"$AGENTRUN")" "$digest"
agentrun delete --force $id

# A directory of the host left open, and a cwd that points at it.
leak() {
    local fd
    exec 7</
    for fd in 3 4 5 6 7 8 9 10 11 12; do
        run_args "$MARK-cwd" ".process.cwd = \"/proc/self/fd/$fd\"" /bin/sh -c 'ls ../../../../../../etc/shadow- ../../etc/debian_version 2>/dev/null && echo ESCAPED'
    done 2>/dev/null
    exec 7<&-
    echo end
}
attack 'CVE-2024-21626: cwd on a leaked directory' '^end' none leak
check 'never escaped' sh -c "! grep -q ESCAPED '$TEST_TMP/.attack'"
nothing_left
