/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/command/signal_name.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>

#include "agentrun/base/number.h"
#include "agentrun/base/scope.h"

/* Second names, which sigabbrev_np(3) does not know. */
static const struct {
    const char *name;
    int number;
} aliases[] = {
    { "CLD", SIGCHLD },
    { "IO", SIGIO },
    { "IOT", SIGABRT },
};

static int find_name(const char *name)
{
    for (int number = 1; number < SIGSYS + 1; number++) {
        const char *known = sigabbrev_np(number);

        if (known && strcasecmp(name, known) == 0)
            return number;
    }
    for (size_t i = 0; i < ARRAY_SIZE(aliases); i++)
        if (strcasecmp(name, aliases[i].name) == 0)
            return aliases[i].number;
    return -1;
}

/* RTMIN, RTMIN+n, RTMAX, RTMAX-n. */
static int find_realtime(const char *name)
{
    bool from_minimum = strncasecmp(name, "RTMIN", 5) == 0;
    uint64_t distance = 0;
    struct error ignored;

    if (!from_minimum && strncasecmp(name, "RTMAX", 5) != 0)
        return -1;
    if (name[5] != '\0' && (name[5] != (from_minimum ? '+' : '-') ||
                            number_parse_unsigned(name + 6, 0, (uint64_t)(SIGRTMAX - SIGRTMIN),
                                                  &distance, &ignored) < 0))
        return -1;
    return from_minimum ? SIGRTMIN + (int)distance : SIGRTMAX - (int)distance;
}

int signal_parse(const char *text, int *out_signal, struct error *err)
{
    const char *name = strncasecmp(text, "SIG", 3) == 0 ? text + 3 : text;
    struct error ignored;
    uint64_t number;
    int found;

    if (number_parse_unsigned(text, 0, (uint64_t)SIGRTMAX, &number, &ignored) == 0) {
        *out_signal = (int)number;
        return 0;
    }
    found = find_name(name);
    if (found < 0)
        found = find_realtime(name);
    if (found < 0)
        return error_set(err, ERROR_USAGE, EINVAL, "unknown signal \"%.40s\"", text);
    *out_signal = found;
    return 0;
}
