/* SPDX-License-Identifier: Apache-2.0
 *
 * The one way errors travel: functions return 0 (or a count) on success and a negative errno on
 * failure, take `struct error *err` last, and leave their outputs untouched when they fail.
 *
 * The structure has a fixed size and owns nothing, so it works between clone and exec and crosses
 * a socket in one write.
 */
#ifndef AGENTRUN_BASE_ERROR_H
#define AGENTRUN_BASE_ERROR_H

#include <stdarg.h>

enum error_kind {
    ERROR_NONE,
    ERROR_USAGE,  /* the command line is wrong */
    ERROR_SPEC,   /* a document of the caller is wrong */
    ERROR_POLICY, /* the operator's policy refuses */
    ERROR_SYSTEM, /* the kernel said no */
    ERROR_BUG,    /* this cannot happen */
};

#define ERROR_TEXT_BYTES 1000

struct error {
    enum error_kind kind;
    int errnum; /* positive, never 0 once set */
    char text[ERROR_TEXT_BYTES];
};

/* Fill *err and return -errnum (an errnum of 0 counts as EINVAL). The text is cut when too long.
 * Line feeds and other control characters of the arguments become '?', since the text ends in logs
 * that are read line by line. */
__attribute__((format(printf, 4, 5), cold)) int error_set(struct error *err, enum error_kind kind,
                                                          int errnum, const char *format, ...);

/* As error_set with kind ERROR_SYSTEM and the present errno; ": <description of errno>", in the
 * words of strerror(3) with a small first letter, is added to the text. */
__attribute__((format(printf, 2, 3), cold)) int error_system(struct error *err, const char *format,
                                                             ...);

/* As error_system, for an errno that was kept elsewhere. */
__attribute__((format(printf, 3, 4), cold)) int error_errno(struct error *err, int errnum,
                                                            const char *format, ...);

/* Put "<format>: " before the text of an error that is set already; return -err->errnum. Each
 * level adds only what it alone knows, so the text reads "what: where: why". */
__attribute__((format(printf, 2, 3), cold)) int error_wrap(struct error *err, const char *format,
                                                           ...);

/* Line feeds and other control characters become '?': a hostile name must not forge a second line
 * in a log that is read line by line. */
void error_blank_control_characters(char *text);

/* The description of an errno in the C locale, without allocation; never NULL. */
const char *error_describe(int errnum);

#endif
