# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What the demonstration says: a line for each part with the time it took, and the table at the end.
#
#   part TEXT                         begins a part; the end of the one before is timed
#   row WHERE WHAT HAVE WANT RULE     one line of the table; HAVE other than WANT is a failure

DEMO_ROWS=()
DEMO_WRONG=0
DEMO_PART=''

part() {
    [ -z "$DEMO_PART" ] || printf '   (%d.%d s)\n' $((($(date +%s%N) - DEMO_START) / 1000000000)) \
        $((($(date +%s%N) - DEMO_START) / 100000000 % 10))
    DEMO_PART=$1
    DEMO_START=$(date +%s%N)
    [ -z "$1" ] || printf -- '-- %s\n' "$1"
}

row() {
    local verdict=ok
    if [ "$3" != "$4" ]; then
        verdict="WRONG, must be: $4"
        DEMO_WRONG=$((DEMO_WRONG + 1))
    fi
    DEMO_ROWS+=("$1|$2|$3|$5|$verdict")
    printf '   %-44s %s\n' "$2" "$3$([ "$verdict" = ok ] || echo " ($verdict)")"
}


table() {
    printf '\n'
    {
        echo 'where|what was tried|what happened|rule|'
        printf '%s\n' "${DEMO_ROWS[@]}"
    } | awk -F'|' '
        { for (i = 1; i <= 5; i++) { cell[NR, i] = $i; if (length($i) > width[i]) width[i] = length($i) } }
        END {
            for (r = 1; r <= NR; r++) {
                line = ""
                for (i = 1; i <= 5; i++)
                    line = line sprintf("%-" width[i] "s%s", cell[r, i], i < 5 ? "  " : "")
                sub(/ +$/, "", line)
                print line
                if (r == 1) { gsub(/./, "-", line); print line }
            }
        }'
}
