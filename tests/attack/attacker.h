/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parts of the attacker share: each attack is one function that gets the arguments after
 * its name, prints how it ended, and returns 0 if it got through, 1 if it was stopped.
 */
#ifndef TESTS_ATTACK_ATTACKER_H
#define TESTS_ATTACK_ATTACKER_H

#include <errno.h>
#include <stddef.h>

struct attack {
    const char *name;
    int (*run)(char **arguments);
};

/* Tables that end with a null name. */
extern const struct attack escapes[];
extern const struct attack messages[];

/* Make one of the attacks that take more and more; 64 if there is none of that name. */
int exhaust(const char *name, char **arguments);

/* Print "ok" or the name of errno; returns what the attack returns. */
int outcome(long result);

/* The decimal number that an argument is, or FALLBACK if there is none. */
long number_or(const char *argument, long fallback);

#endif
