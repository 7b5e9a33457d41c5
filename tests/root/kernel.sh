#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Namespaces, network, devices, masked and read-only paths, sysctls, seccomp, hooks, cgroups: what
# config.json asks of the kernel, and what becomes of it.
. "$(dirname "$0")/../lib/test.sh"
. "$TEST_SOURCE/tests/lib/bundle.sh"

# --- namespaces and network ----------------------------------------------------------------------
no_namespaces='.linux.namespaces = []'
only_mount='.linux.namespaces = [{"type": "mount"}]'
host_paths='.linux.namespaces |= map(select(.type != "mount") | .path = "/proc/1/ns/\({"network": "net"}[.type] // .type)") + [{"type": "mount"}]'
everything='.linux.namespaces += [{"type": "cgroup"}, {"type": "time"}]'
for filter in . "$no_namespaces" "$only_mount" "$host_paths" "$everything"; do
    report=$(probe "$filter" report)
    for namespace in mnt pid net ipc uts cgroup; do
        have=$(jq -r ".namespaces.$namespace" <<<"$report")
        check "own $namespace namespace with ${filter:0:40}" \
            [ -n "$have" -a "$have" != null -a "$have" != "$(readlink /proc/self/ns/$namespace)" ]
    done
    equal "only loopback with ${filter:0:40}" \
        "$(jq -r '[.interfaces[2:][] | split(":")[0] | ltrimstr(" ") | gsub(" "; "")] | join(" ")' <<<"$report")" lo
    equal "no route with ${filter:0:40}" "$(jq '.routes | length <= 1' <<<"$report")" true
done
refuse 'a namespace twice is refused' probe '.linux.namespaces += [{"type": "pid"}]' report
refuse 'an unknown namespace is refused' probe '.linux.namespaces += [{"type": "nosuch"}]' report
mkfifo "$TEST_TMP/fifo"
for path in "$TEST_TMP/fifo" /etc/passwd /no/such /proc/self/ns/uts; do
    probe ".linux.namespaces |= map(if .type == \"network\" then .path = \"$path\" else . end)" report \
        >"$TEST_TMP/out" 2>&1
    status=$?
    check "a network path that is ${path/#$TEST_TMP/TMP} is not joined" [ $status -eq 1 -o \
        "$(jq -r .namespaces.net "$TEST_TMP/out" 2>/dev/null)" != "$(readlink /proc/self/ns/net)" ]
done
equal 'connect to loopback: refused, not unreachable' "$(probe . connect 127.0.0.1 9)" ECONNREFUSED
equal 'connect to ::1' "$(probe . connect ::1 9)" ECONNREFUSED
for address in 1.1.1.1 169.254.169.254 255.255.255.255 2001:db8::1; do
    match "connect to $address" "$(probe "$no_namespaces" connect $address 80)" 'ENETUNREACH|EADDRNOTAVAIL'
done

# --- devices -------------------------------------------------------------------------------------
devices=$(probe '.linux.devices = [{"path": "/dev/kmsg", "type": "c", "major": 1, "minor": 11},
    {"path": "/dev/null", "type": "b", "major": 8, "minor": 0}]
    | .linux.resources.devices = [{"allow": true, "access": "rwm"}]' report | jq -c .devices)
equal 'only the harmless devices' "$(jq -r 'keys - ["console"] | join(" ")' <<<"$devices")" 'full null random tty urandom zero'
match 'null is null' "$(jq -r .null <<<"$devices")" '^c 1:3 0666'
refuse 'a device outside of /dev is refused or dropped' \
    run_args "$MARK-d" '.linux.devices = [{"path": "/etc/x", "type": "c", "major": 1, "minor": 3}]' test -e /etc/x
equal 'links in /dev' "$(run_args "$MARK-d" . sh -c 'for l in fd stdin stdout stderr ptmx; do readlink /dev/$l; done | tr "\n" " "')" \
    '/proc/self/fd /proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2 pts/ptmx '
equal 'writing to null, reading from zero' "$(run_args "$MARK-d" . sh -c 'echo x >/dev/null && head -c 5 /dev/zero | wc -c')" 5
# A node that the image brings along does not open.
mknod "$ROOTFS/opt/disk" b 254 0 && mknod "$ROOTFS/opt/mem" c 1 1 && chmod 666 "$ROOTFS"/opt/*
equal 'device nodes of the image do not open' "$(probe . read /opt/disk /opt/mem | jq -c '[.[]] | unique')" '["EACCES"]'
rm "$ROOTFS"/opt/*

# --- paths ---------------------------------------------------------------------------------------
for filter in . '.linux |= del(.maskedPaths, .readonlyPaths)' '.linux.maskedPaths = [] | .linux.readonlyPaths = []'; do
    read_them=$(probe "$filter" read /proc/kcore /proc/keys /proc/timer_list /proc/kallsyms /proc/slabinfo)
    equal "masked with ${filter:0:30}" "$(jq '[.[] | select(. == "ok")] | length' <<<"$read_them")" 0
    write_them=$(probe "$filter" write /proc/sys/kernel/core_pattern /proc/sysrq-trigger \
        /proc/sys/kernel/hostname /sys/kernel/uevent_helper /sys/power/state)
    equal "read-only with ${filter:0:30}" "$(jq '[.[] | select(. == "ok")] | length' <<<"$write_them")" 0
done
echo secret >"$ROOTFS/opt/secret"
match 'a masked path of the caller' "$(probe '.linux.maskedPaths += ["/opt/secret"]' read /opt/secret)" 'empty|EACCES'
rm "$ROOTFS/opt/secret"

# --- sysctls -------------------------------------------------------------------------------------
equal 'a sysctl of the network namespace' \
    "$(run_args "$MARK-s" '.linux.sysctl = {"net.ipv4.ip_unprivileged_port_start": "0"}' cat /proc/sys/net/ipv4/ip_unprivileged_port_start)" 0
for sysctl in kernel.core_pattern kernel.hostname vm.overcommit_memory fs.file-max kernel/../vm.swappiness 'net.x=1'; do
    before=$(cat /proc/sys/kernel/core_pattern /proc/sys/vm/overcommit_memory /proc/sys/fs/file-max)
    probe ".linux.sysctl = {\"$sysctl\": \"1\"}" report >/dev/null 2>&1
    equal "sysctl $sysctl changes nothing of the host" \
        "$(cat /proc/sys/kernel/core_pattern /proc/sys/vm/overcommit_memory /proc/sys/fs/file-max)" "$before"
done

# --- seccomp -------------------------------------------------------------------------------------
denied='unshare unshare-user unshare-net clone-user clone-user-high-bits mount umount2 pivot_root chroot
    open_by_handle_at ptrace process_vm_readv bpf perf_event_open userfaultfd init_module kexec_load reboot
    settimeofday sethostname personality mknod-block mknod-char chmod-setuid mkdir-setgid open-setuid tiocsti
    tiocsti-high-bits tioclinux setns'
absent='clone3 fsopen open_tree move_mount mount_setattr io_uring_setup io_uring_enter add_key keyctl
    request_key openat2 unknown-470 unknown-1000'
no_family='socket-packet socket-vsock socket-vsock-high-bits socket-alg socket-xdp socket-tipc socket-bluetooth
    socket-audit socket-netfilter socket-uevent'
fine='clone-plain socket-unix socket-inet socket-inet6 socket-route personality-read open-plain kill-init'
allow_all='.linux.seccomp = {"defaultAction": "SCMP_ACT_ALLOW"}'
unconfined='.linux |= del(.seccomp)'
for filter in "$unconfined" "$allow_all"; do
    # shellcheck disable=SC2086
    answers=$(probe "$filter" syscall $denied $absent $no_family $fine)
    for call in $denied; do equal "$call (${filter:0:20})" "$(jq -r ".\"$call\"" <<<"$answers")" EPERM; done
    for call in $absent; do equal "$call (${filter:0:20})" "$(jq -r ".\"$call\"" <<<"$answers")" ENOSYS; done
    for call in $no_family; do equal "$call (${filter:0:20})" "$(jq -r ".\"$call\"" <<<"$answers")" EAFNOSUPPORT; done
    for call in $fine; do equal "$call (${filter:0:20})" "$(jq -r ".\"$call\"" <<<"$answers")" ok; done
done
equal 'a filter of the program does not undo ours' "$(probe . syscall --own-filter unshare-user | jq -r '.["unshare-user"]')" EPERM
profile='.linux.seccomp = {"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64"], "syscalls":
    [{"names": ["kill"], "action": "SCMP_ACT_ERRNO", "errnoRet": 99},
     {"names": ["personality"], "action": "SCMP_ACT_ERRNO", "errnoRet": 98, "args":
        [{"index": 0, "value": 4294967295, "op": "SCMP_CMP_EQ"}]}]}'
answers=$(probe "$profile" syscall kill-init personality-read)
equal "the caller's profile holds: errnoRet" "$(jq -r '.["kill-init"]' <<<"$answers")" EADDRNOTAVAIL
equal "the caller's profile holds: argument" "$(jq -r '.["personality-read"]' <<<"$answers")" EADDRINUSE
equal 'two filters and more' "$(probe "$profile" report | jq -r '.status.Seccomp_filters | tonumber >= 2')" true
equal 'a strict profile' "$(run_args "$MARK-s" '.linux.seccomp = {"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [{"names":
    ["execve", "execveat", "exit", "exit_group", "brk", "arch_prctl", "mmap", "munmap", "mprotect", "set_tid_address", "set_robust_list",
     "rseq", "prlimit64", "getrandom", "readlink", "readlinkat", "newfstatat", "fstat", "write", "close", "getuid", "prctl", "rt_sigprocmask"], "action": "SCMP_ACT_ALLOW"}]}' \
    true >/dev/null 2>&1; echo $?)" 0
refuse 'an unknown action is refused' probe '.linux.seccomp = {"defaultAction": "SCMP_ACT_NOSUCH"}' report

# --- hooks ---------------------------------------------------------------------------------------
cat >"$TEST_TMP/hook" <<END
#!/bin/sh
touch "$TEST_TMP/hook-ran"
END
chmod +x "$TEST_TMP/hook"
for kind in prestart createRuntime createContainer startContainer poststart poststop; do
    run_args "$MARK-h" ".hooks = {\"$kind\": [{\"path\": \"$TEST_TMP/hook\"}]}" true >/dev/null 2>&1
    equal "a $kind hook that nobody allowed does not stop the container" $? 0
    check "and is not run: $kind" [ ! -e "$TEST_TMP/hook-ran" ]
done

# --- control groups ------------------------------------------------------------------------------
id=$MARK-cg
cgroup_file() {
    cat "/sys/fs/cgroup/$1/$MARK/$id/$2" 2>/dev/null || cat "/sys/fs/cgroup/$MARK/$id/${3:-$2}"
}
running "$id" '.linux.resources += {"memory": {"limit": 67108864}, "pids": {"limit": 33},
    "cpu": {"shares": 512, "quota": 50000, "period": 100000}}'
equal 'memory limit' "$(cgroup_file memory memory.limit_in_bytes memory.max)" 67108864
equal 'process limit' "$(cgroup_file pids pids.max)" 33
equal 'cpu quota' "$(cgroup_file cpu cpu.cfs_quota_us)" 50000
equal 'cpu shares' "$(cgroup_file cpu cpu.shares)" 512
agentrun delete --force "$id"
running "$id" 'del(.linux.resources)'
equal 'memory limit without being asked' "$(cgroup_file memory memory.limit_in_bytes memory.max)" $((512 << 20))
equal 'process limit without being asked' "$(cgroup_file pids pids.max)" 256
check 'cpu quota without being asked' [ "$(cgroup_file cpu cpu.cfs_quota_us)" -gt 0 ]
agentrun delete --force "$id"
running "$id" '.linux.resources += {"memory": {"limit": -1, "swap": -1, "disableOOMKiller": true}, "pids": {"limit": -1}}'
equal 'no limit of memory asked for' "$(cgroup_file memory memory.limit_in_bytes memory.max)" $((512 << 20))
equal 'no limit of processes asked for' "$(cgroup_file pids pids.max)" 256
match 'the OOM killer stays' "$(cgroup_file memory memory.oom_control)" 'oom_kill_disable 0'
agentrun delete --force "$id"
for path in / ../../x /../x; do
    refuse "cgroupsPath $path is refused" run_args "$MARK-c" ".linux.cgroupsPath = \"$path\"" true
done
nothing_left
