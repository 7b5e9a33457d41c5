#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# As syscalls.sh and kill.sh, for what a plain container does not have: hooks, bind mounts, sysctls,
# a seccomp profile, a time namespace, and then a user namespace.
. "$(dirname "$0")/../lib/test.sh"
. "$TEST_SOURCE/tests/lib/bundle.sh"
. "$TEST_SOURCE/tests/lib/faults.sh"

mkdir "$TEST_TMP/data" "$TEST_TMP/out"
chown 1000:1000 "$TEST_TMP/out"
fault_bundles ".domainname = \"example\"
    | .process.oomScoreAdj = 700
    | .process.rlimits = [{type: \"RLIMIT_NOFILE\", soft: 100, hard: 200}]
    | .mounts += [
        {destination: \"/data\", type: \"bind\", source: \"$TEST_TMP/data\",
         options: [\"rbind\", \"ro\"]},
        {destination: \"/out\", type: \"bind\", source: \"$TEST_TMP/out\",
         options: [\"bind\", \"rw\"]}]
    | .hooks = {prestart: [{path: \"/bin/true\"}], createContainer: [{path: \"/bin/true\"}],
        startContainer: [{path: \"/bin/true\"}], poststart: [{path: \"/bin/true\"}],
        poststop: [{path: \"/bin/true\"}]}
    | .linux.namespaces += [{type: \"time\"}, {type: \"cgroup\"}]
    | .linux.timeOffsets = {monotonic: {secs: 1000}, boottime: {secs: 2000}}
    | .linux.sysctl = {\"net.ipv4.ip_unprivileged_port_start\": \"0\", \"kernel.msgmax\": \"4096\"}
    | .linux.seccomp = {defaultAction: \"SCMP_ACT_ALLOW\", syscalls: [
        {names: [\"personality\"], action: \"SCMP_ACT_ERRNO\", errnoRet: 1}]}"
export HAS_PROFILE=yes
faults fail run create start exec
faults kill run create start exec

# I is root of its own user namespace only: P maps its ids and moves it.
chown -R 100000:100000 "$ROOTFS"
chmod 0755 "$TEST_TMP"
fault_bundles '.linux.namespaces += [{type: "user"}]
    | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
    | .linux.gidMappings = .linux.uidMappings'
HAS_PROFILE=no FAULT_TITLE='user namespace: ' faults kill create
nothing_left
