#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Every system call of every command fails once, in each of several ways. Either nothing changes,
# or there is one clear line of error and nothing is left; never is a container weaker.
. "$(dirname "$0")/../lib/test.sh"
. "$TEST_SOURCE/tests/lib/bundle.sh"
. "$TEST_SOURCE/tests/lib/faults.sh"

fault_bundles
faults fail run run-cold create start exec delete state list kill ps pause resume
faults old run create exec delete

nothing_left
