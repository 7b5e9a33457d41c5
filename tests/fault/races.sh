#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Many commands on the same container at the same moment, and a runtime that is killed at any
# moment: one wins, the others say why not, nothing is left, and nothing waits for ever.
. "$(dirname "$0")/../lib/test.sh"
. "$TEST_SOURCE/tests/lib/bundle.sh"

id=$MARK-race
new_bundle $id '.process.args = ["/bin/probe", "hold"]'
mkdir "$TEST_TMP/answers"

# Far more time than any command needs; 124 if it was not enough.
within_limit() {
    timeout 60 "$AGENTRUN" --root "$STATE" "$@" </dev/null
}

# Runs the command N times at the same moment; the answers are in files N.err and N.status.
at_once() {
    local n=$1 i pids=()
    shift
    rm -f "$TEST_TMP"/answers/*
    for ((i = 0; i < n; i++)); do
        (
            within_limit "$@" >"$TEST_TMP/answers/$i.out" 2>"$TEST_TMP/answers/$i.err"
            echo $? >"$TEST_TMP/answers/$i.status"
        ) &
        pids+=($!)
    done
    wait "${pids[@]}"
}

with_status() {
    grep -lx "$1" "$TEST_TMP"/answers/*.status | wc -l
}

# What the losers say, each message once.
messages() {
    cat "$TEST_TMP"/answers/*.err | sort -u
}

# Nobody says anything else than what is expected of a loser.
only_messages() {
    messages | grep -Ev "$1"
}

# --- the same id ---------------------------------------------------------------------------------
won=0 others=0
for round in 1 2 3 4 5; do
    at_once 20 create --bundle "$TEST_TMP/$id" $id
    [ "$(with_status 0)" = 1 ] && has_status $id created && won=$((won + 1))
    [ "$(with_status 1)" = 19 ] && others=$((others + 1))
    only_messages 'already exists|being changed by another process' >>"$TEST_TMP/strange"
    agentrun delete --force $id || echo "delete ends with $?" >>"$TEST_TMP/strange"
done
equal 'of 20 creates at once one wins, five times' $won 5
equal 'the others end with 1' $others 5
equal 'and say why' "$(cat "$TEST_TMP/strange")" ''
nothing_left 'nothing is left of 100 creates'

# --- start and pause -----------------------------------------------------------------------------
agentrun create --bundle "$TEST_TMP/$id" $id </dev/null >"$TEST_TMP/out" 2>&1
refuse 'pause of a container that waits for start, which would wait for ever' agentrun pause $id
at_once 10 start $id
equal 'of 10 starts at once one wins' "$(with_status 0)" 1
equal 'the others end with 1' "$(with_status 1)" 9
equal 'and say why' "$(only_messages 'already running|being changed by another process')" ''
equal 'the container runs' "$(status_of $id)" running

# --- exec while it is deleted --------------------------------------------------------------------
at_once 10 exec $id /bin/true &
execs=$!
check 'delete --force while processes join' agentrun delete --force $id
wait $execs
equal 'no exec hangs or crashes' "$(grep -Lx '0\|1\|137\|255' "$TEST_TMP"/answers/*.status)" ''
nothing_left 'nothing is left of a container that was deleted while processes joined'

# --- delete --------------------------------------------------------------------------------------
running $id
at_once 10 delete --force $id
equal 'ten deletes at once: no one fails' "$(with_status 0)" 10
nothing_left 'nothing is left after ten deletes'

# --- everything at once --------------------------------------------------------------------------
# Each process does the same commands in an order of its own; most of them must fail.
storm() {
    local seed=$1 i commands=(create start kill delete state pause resume list)
    RANDOM=$seed
    for ((i = 0; i < 25; i++)); do
        case ${commands[RANDOM % ${#commands[@]}]} in
        create) set -- create --bundle "$TEST_TMP/$id" $id ;;
        start) set -- start $id ;;
        kill) set -- kill $id KILL ;;
        delete) set -- delete --force $id ;;
        state) set -- state $id ;;
        pause) set -- pause $id ;;
        resume) set -- resume $id ;;
        list) set -- list ;;
        esac
        within_limit "$@" >/dev/null 2>"$TEST_TMP/answers/$seed-$i.err"
        status=$?
        echo $status >"$TEST_TMP/answers/$seed-$i.status"
        # What is only half made dies with its creator: kill KILL ends a create.
        [ $status = 137 ] && [ "$1" = create ] && continue
        [ $status -le 1 ] || echo "$* ends with $status" >>"$TEST_TMP/storm"
        [ $status -eq 0 ] || [ -s "$TEST_TMP/answers/$seed-$i.err" ] ||
            echo "$* fails without a word" >>"$TEST_TMP/storm"
    done
}
rm -f "$TEST_TMP"/answers/*
: >"$TEST_TMP/storm"
storms=()
for seed in 1 2 3 4 5 6; do
    storm $seed &
    storms+=($!)
done
wait "${storms[@]}"
equal 'in a storm of 150 commands none hangs, crashes or is silent' "$(cat "$TEST_TMP/storm")" ''
check 'delete --force after the storm' agentrun delete --force $id
nothing_left 'nothing is left of the storm'

# --- killed at any moment ------------------------------------------------------------------------
# Without waiting for init to have noticed: delete and create come at once.
killed() {
    local delay=$1 creator
    "$AGENTRUN" --root "$STATE" create --bundle "$TEST_TMP/$id" $id </dev/null >/dev/null 2>&1 &
    creator=$!
    sleep "$delay"
    kill -KILL $creator 2>/dev/null
    wait $creator 2>/dev/null
}
: >"$TEST_TMP/strange"
for ((i = 0; i < 40; i++)); do
    killed "0.$(printf '%04d' $((i * 3)))"
    agentrun delete --force $id >>"$TEST_TMP/strange" 2>&1 ||
        echo "delete ends with $?" >>"$TEST_TMP/strange"
    leftovers >>"$TEST_TMP/strange"
done
equal 'delete --force at once after 40 killed creates' "$(cat "$TEST_TMP/strange")" ''
: >"$TEST_TMP/strange"
for ((i = 0; i < 40; i++)); do
    killed "0.$(printf '%04d' $((i * 3)))"
    agentrun create --bundle "$TEST_TMP/$id" $id </dev/null >"$TEST_TMP/out" 2>&1 ||
        grep -v 'already exists' "$TEST_TMP/out" >>"$TEST_TMP/strange"
    agentrun delete --force $id >>"$TEST_TMP/strange" 2>&1 ||
        echo "delete ends with $?" >>"$TEST_TMP/strange"
done
equal 'create at once after 40 killed creates' "$(cat "$TEST_TMP/strange")" ''
nothing_left 'nothing is left of killed creates'
