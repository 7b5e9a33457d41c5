/* SPDX-License-Identifier: Apache-2.0
 *
 * The program that plays the attacker: each attack that a line of shell cannot make is a
 * subcommand. Static, so that it runs in any root file system and, for control runs, on the host.
 *
 *   attacker NAME [ARGUMENT...]    prints "ok", a count, or the name of an error; exit status 0 if
 *                                  the attack got through, 1 if it was stopped,
 *                                  64 if there is no such attack
 */
#include "attacker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int outcome(long result)
{
    const char *name = result < 0 ? strerrorname_np(errno) : "ok";

    puts(name ? name : "unknown");
    return result < 0;
}

long number_or(const char *argument, long fallback)
{
    return argument ? strtol(argument, NULL, 0) : fallback;
}

int main(int argc, char **argv)
{
    const struct attack *tables[] = { escapes, messages };

    setvbuf(stdout, NULL, _IOLBF, 0);
    for (size_t i = 0; argc > 1 && i < sizeof(tables) / sizeof(tables[0]); i++)
        for (const struct attack *attack = tables[i]; attack->name; attack++)
            if (!strcmp(attack->name, argv[1]))
                return attack->run(argv + 2);
    return argc > 1 ? exhaust(argv[1], argv + 2) : 64;
}
