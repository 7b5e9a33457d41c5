# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2016,SC2154
#
# The groups of tests/run, one function each. A group adds "ok", "not ok" and "skip" lines to
# $TEST_RESULTS. Sourced by tests/run, which defines SOURCE, BUILD, is_root, install, group.

result() {
    printf '%s %s: %s\n' "$1" "$group" "$2" >>"$TEST_RESULTS"
    [ "$1" = ok ] || printf '%s %s: %s\n' "$1" "$group" "$2"
}

# Run a command with its output in a log; one result. The end of the log is shown if it failed.
step() {
    local name=$1 log
    log=$BUILD/$group-${name//[^a-z0-9]/-}.log
    shift
    if "$@" >"$log" 2>&1 </dev/null; then
        result ok "$name"
    else
        result 'not ok' "$name"
        tail -n 40 "$log" | sed 's/^/    | /'
        return 1
    fi
}

# Skipped checks that tests/skips.txt does not list by name are failures; prints how many.
unlisted_skips() {
    local line name count=0
    while read -r line; do
        name=${line#skip }
        name=${name%% (*}
        if ! cut -d'|' -f1 "$SOURCE/tests/skips.txt" | sed 's/ *$//' | grep -Fxq -- "$name"; then
            echo "not ok: skipped, but not in tests/skips.txt: $name" >&2
            count=$((count + 1))
        fi
    done < <(grep '^skip ' "$TEST_RESULTS")
    echo $count
}

install_needs() {
    local package missing=''
    [ "$install" = yes ] && [ "$is_root" = yes ] && command -v apt-get >/dev/null || return 0
    for package in $NEEDS $NEEDS_MORE; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q ' installed$' ||
            missing="$missing $package"
    done
    # A docker command from elsewhere will do; the daemon is what the tests need.
    [ -n "$missing" ] || return 0
    echo "tests/run: installing$missing"
    # shellcheck disable=SC2086
    apt-get update -q >"$BUILD/apt.log" 2>&1 &&
        DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -q -y --no-install-recommends \
            $missing >>"$BUILD/apt.log" 2>&1 && return 0
    echo "tests/run: apt-get failed; what needs these packages will say so" >&2
    tail -n 5 "$BUILD/apt.log" >&2
}

# --- groups without containers ------------------------------------------------------------------

group_build() {
    cd "$BUILD" || return
    [ -x "$SOURCE/configure" ] || step 'autoreconf' autoreconf -fi "$SOURCE" || return
    step 'configure' "$SOURCE/configure" -q --sysconfdir=/etc || return
    step 'make without a warning' make -j"$(nproc)" || return
    step 'the probe' make tests/root/probe
    step 'the attacker' make tests/attack/attacker
    step 'make install' make install DESTDIR="$BUILD/destdir"
    cd "$SOURCE" || return
}

group_structure() {
    step 'the tree' tests/structure
    step 'a tree that breaks every rule' tests/structure --self-test
    step 'shell syntax' sh -c 'for f in tests/run tests/lib/*.sh tests/*/*.sh .ci/run contrib/demo; do
        bash -n "$f" || exit 1; done'
}

# Every test function of cmocka counts; the output is in one log per program.
count_unit() {
    local log program
    for log in "$1"/tests/unit/test_*.log "$1"/tests/structure.log; do
        [ -f "$log" ] || continue
        program=$(basename "$log" .log)
        sed -n "s/^\[       OK \] \(.*\)/ok $group: $program \1/p" "$log" >>"$TEST_RESULTS"
        if ! grep -q '^:test-result: PASS' "${log%.log}.trs"; then
            result 'not ok' "$program"
            grep -v '^\[ *\(RUN\|OK\) *\]' "$log" | head -n 40 | sed 's/^/    | /'
        fi
    done
    grep -q '^ok ' "$TEST_RESULTS" || result 'not ok' 'no test was run'
}

group_unit() {
    (cd "$BUILD" && make -k -j"$(nproc)" check) >"$BUILD/unit.log" 2>&1 ||
        grep -E 'error:|\*\*\*' "$BUILD/unit.log" | head -n 20
    count_unit "$BUILD"
}

group_sanitizers() {
    mkdir -p "$BUILD/sanitizers"
    (cd "$BUILD/sanitizers" && "$SOURCE/configure" -q --sysconfdir=/etc --enable-sanitizers &&
        make -k -j"$(nproc)" check) >"$BUILD/sanitizers.log" 2>&1 ||
        grep -E 'error:|\*\*\*' "$BUILD/sanitizers.log" | head -n 20
    count_unit "$BUILD/sanitizers"
}

lint_one() {
    clang-tidy --quiet --warnings-as-errors='*' "$1" -- -std=gnu17 -D_GNU_SOURCE -Ulinux \
        -Iinclude -I"$BUILD" -DAGENTRUN_POLICY_FILE='"/etc/agentrun/policy.json"'
}

group_lint() {
    local file
    while read -r file; do
        step "clang-format $file" clang-format --dry-run -Werror "$file"
    done < <(find src include tests man -name '*.[ch]')
    export -f lint_one step result
    export BUILD group TEST_RESULTS
    find src man -name '*.c' -print0 |
        xargs -0 -P "$(nproc)" -I{} bash -c 'step "clang-tidy $1" lint_one "$1"' lint {}
    step 'cppcheck' cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr \
        --enable=warning,portability,performance --suppress=missingIncludeSystem -j"$(nproc)" \
        -D_GNU_SOURCE -Iinclude src
}

# --- groups with containers ---------------------------------------------------------------------

# Every executable file of the group's directory is one test.
run_directory() {
    local directory=$1 limit_s=$2 test status
    if [ "$is_root" = no ]; then
        result 'not ok' 'these tests need root'
        return
    fi
    if [ -f "$directory/setup.sh" ] && ! step 'set-up' "$directory/setup.sh" up; then
        return
    fi
    for test in "$directory"/*.sh; do
        [ "$test" = "$directory/setup.sh" ] && continue
        timeout --kill-after=30 "$limit_s" "$test" >"$BUILD/test.log" 2>&1 </dev/null
        status=$?
        grep -v '^ok ' "$BUILD/test.log"
        case $status in
        0 | 1) ;;
        *) result 'not ok' "$test ended with $status" ;;
        esac
    done
    [ ! -f "$directory/setup.sh" ] || "$directory/setup.sh" down
}

group_root() {
    run_directory tests/root 300
}

group_attack() {
    run_directory tests/attack 300
}

group_fault() {
    run_directory tests/fault 600
}

group_containerd() {
    run_directory tests/containerd 600
}

group_docker() {
    export ENGINE_ENVIRONMENT=$BUILD/docker-environment
    run_directory tests/docker 600
}

# Only the counts: figures that do not depend on the load of the machine.
group_bench() {
    local line
    if [ "$is_root" = no ]; then
        result 'not ok' 'the counts need root'
        return
    fi
    tests/bench --counts >"$BUILD/bench.log" 2>&1
    while read -r line; do
        case $line in
        'ok '* | 'not ok '*) echo "$line" | tee -a "$TEST_RESULTS" ;;
        esac
    done <"$BUILD/bench.log"
    grep -q '^ok ' "$BUILD/bench.log" || step 'counts' false
}
