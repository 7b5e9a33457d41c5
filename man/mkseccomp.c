/* SPDX-License-Identifier: Apache-2.0
 *
 * Part of the build: writes agentrun-seccomp.7, made from denylist.def, to standard output.
 */
#include <stdio.h>
#include <string.h>

#include "agentrun/base/scope.h"

/* Everything as it is written in the table. */
struct row {
    const char *group, *error, *architectures, *names, *why, *conditions;
};

#define DENY(group, errnum, architectures, names, why, ...)                                        \
    { #group, #errnum, #architectures, names, why, #__VA_ARGS__ },

static const struct row rows[] = {
#include "../src/filter/denylist.def"
};

static const char head[] =
    ".\\\" SPDX-License-Identifier: Apache-2.0\n"
    ".\\\" Written by man/mkseccomp.c from src/filter/denylist.def.\n"
    ".TH AGENTRUN-SECCOMP 7 \"\" \"agentrun\" \"agentrun manual\"\n"
    ".SH NAME\n"
    "agentrun-seccomp \\- the system calls that no program in a container may make\n"
    ".SH DESCRIPTION\n"
    "Every process of a container gets the filter that is described here.\n"
    "The filter that the caller asked for (an engine's profile, say) is added to it.\n"
    "Of several filters the kernel takes the strictest answer,\n"
    "so that no profile of a caller can allow what stands here.\n"
    ".PP\n"
    "A call of another instruction set than the machine's own (i386, x32) is answered with\n"
    ".BR ENOSYS ,\n"
    "and so is a call that is newer than the table: nobody has judged it yet.\n"
    ".B EPERM\n"
    "is what the kernel itself says to programs without privileges.\n"
    ".B ENOSYS\n"
    "makes C libraries and programs fall back to an older call.\n"
    ".SH DENIED CALLS\n"
    "By groups. Where a condition stands behind the names, the call is denied only if all its\n"
    "conditions hold, and allowed otherwise. Arguments are counted from 0; only their low 32 bits\n"
    "are looked at, as the kernel itself does with these. The conditions:\n"
    ".TP\n"
    ".BI EQUAL( i \", \" v ) \"\\fR, \" NOT_EQUAL( i \", \" v )\n"
    "Argument\n"
    ".I i\n"
    "is, or is not,\n"
    ".IR v .\n"
    ".TP\n"
    ".BI MASKED( i \", \" m \", \" v )\n"
    "Of argument\n"
    ".I i\n"
    "the bits\n"
    ".I m\n"
    "are\n"
    ".IR v .\n"
    ".TP\n"
    ".BI ANY_BIT( i \", \" m )\n"
    "At least one of the bits\n"
    ".I m\n"
    "is set in argument\n"
    ".IR i .\n";

static const char tail[] =
    ".SH ALLOWED ON PURPOSE\n"
    "The calls by which a program restricts itself further\n"
    "(\\fBlandlock_*\\fR, \\fBseccomp\\fR(2), \\fBprctl\\fR(2) but for the row above),\n"
    ".BR memfd_create (2),\n"
    ".BR execveat (2),\n"
    ".BR pidfd_open (2)\n"
    "and\n"
    ".BR pidfd_send_signal (2).\n"
    ".SH SEE ALSO\n"
    ".BR agentrun (1),\n"
    ".BR agentrun-security (7),\n"
    ".BR seccomp (2)\n";

static void print_text(const char *text)
{
    for (; *text; text++) {
        if (*text == '-' || *text == '\\')
            putchar('\\');
        putchar(*text == '\\' ? 'e' : *text);
    }
}

static void print_row(const struct row *row)
{
    fputs(".TP\n.B ", stdout);
    print_text(row->names);
    putchar('\n');
    if (*row->conditions) {
        fputs("if ", stdout);
        print_text(row->conditions);
        puts(":");
        puts(".br");
    }
    print_text(row->why);
    printf(".\n.BR %s ", row->error);
    if (strcmp(row->architectures, "BOTH") != 0)
        printf("\" on %s only\" ", row->architectures);
    puts(".");
}

int main(void)
{
    const char *group = "";

    fputs(head, stdout);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        if (strcmp(rows[i].group, group) != 0)
            printf(".SS %s\n", rows[i].group);
        group = rows[i].group;
        print_row(&rows[i]);
    }
    fputs(tail, stdout);
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
