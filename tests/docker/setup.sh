#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# setup.sh up | down: one private dockerd for all tests of this group.
ENGINE=${ENGINE_ENVIRONMENT:?where to write what the tests need}
case ${1:-} in
up)
    . "$(dirname "$0")/../lib/test.sh"
    . "$TEST_SOURCE/tests/lib/engine.sh"
    . "$TEST_SOURCE/tests/lib/docker.sh"
    # It outlives this script.
    trap - EXIT
    docker_start "$TEST_TMP" && docker_image || {
        docker_end
        remove_tree "$TEST_TMP"
        exit 1
    }
    docker_write_environment "$ENGINE"
    ;;
down)
    . "$(dirname "$0")/../lib/test.sh"
    . "$TEST_SOURCE/tests/lib/engine.sh"
    . "$TEST_SOURCE/tests/lib/docker.sh"
    . "$ENGINE"
    export DOCKER_HOST DOCKER_CONFIG
    docker_end
    check 'no process of the daemon is left' [ -z "$(engine_processes)" ]
    equal 'no cgroup is left' "$(find /sys/fs/cgroup -type d -path "*/$DOCKER_CGROUP*")" ''
    remove_tree "$DOCKER_DIRECTORY"
    check 'no file is left' [ ! -e "$DOCKER_DIRECTORY" ]
    ;;
*)
    echo 'setup.sh: up or down' >&2
    exit 2
    ;;
esac
