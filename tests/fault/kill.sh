#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The runtime and the container's init are killed at each of their system calls. Init ends with the
# runtime as long as the container is not made; what is left is removed by delete or by the next
# create of the id; and where init dies, the runtime says so.
. "$(dirname "$0")/../lib/test.sh"
. "$TEST_SOURCE/tests/lib/bundle.sh"
. "$TEST_SOURCE/tests/lib/faults.sh"

fault_bundles
faults kill run run-cold create start exec delete kill pause resume

nothing_left
