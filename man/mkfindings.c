/* SPDX-License-Identifier: Apache-2.0
 *
 * Part of the build: writes agentrun-findings.7, made from the tables of rules, to standard output.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agentrun/base/scope.h"
#include "agentrun/harden/catalog.h"

#define MAX_ROWS 1024

struct row {
    const char *family;
    const struct rule *rule;
};

static const char head[] =
    ".\\\" SPDX-License-Identifier: Apache-2.0\n"
    ".\\\" Written by man/mkfindings.c from the tables of rules.\n"
    ".TH AGENTRUN-FINDINGS 7 \"\" \"agentrun\" \"agentrun manual\"\n"
    ".SH NAME\n"
    "agentrun-findings \\- what agentrun changes in, or refuses of, a container, and why\n"
    ".SH DESCRIPTION\n"
    "A caller asks for a container with a\n"
    ".IR config.json ,\n"
    "for one more process with a\n"
    ".IR process.json ,\n"
    "for other limits with an update.\n"
    "Rules compare each of these with the policy of the operator\n"
    "and bring down what goes beyond it.\n"
    "Every change is a\n"
    ".I finding\n"
    "with these members:\n"
    ".TP\n"
    ".B id\n"
    "The name of the rule. It stays the same in later versions.\n"
    ".TP\n"
    ".B action\n"
    ".I dropped\n"
    "(the wish was removed),\n"
    ".I clamped\n"
    "(brought down to the bound of the policy),\n"
    ".I forced\n"
    "(set, whatever was asked) or\n"
    ".I noted\n"
    "(harmless, but ignored).\n"
    ".TP\n"
    ".B place\n"
    "Where in the document, for example\n"
    ".IR process.capabilities.bounding .\n"
    ".TP\n"
    ".BR asked \", \" enforced\n"
    "What the caller wanted and what the container gets; absent if there is nothing to say.\n"
    ".TP\n"
    ".B rule\n"
    "Why, in one sentence.\n"
    ".TP\n"
    ".B allow\n"
    "How an operator may allow it. The key is one of the policy file, see\n"
    ".BR agentrun-policy (5).\n"
    "Where it says that no policy can allow it, there is none.\n"
    ".PP\n"
    "The findings of a container stand in\n"
    ".I <root>/<id>/findings.json\n"
    "as long as the container exists. With\n"
    ".B \\-\\-log\\-level info\n"
    "each is also a line of the log.\n"
    ".PP\n"
    "What cannot be brought down to something sensible is refused: the command fails with an "
    "error\n"
    "that says what was found and where, the reason, the id of the rule and how to allow it.\n"
    ".SH RULES\n"
    "In brackets: when the rule applies.\n";

static const char tail[] = ".SH SEE ALSO\n"
                           ".BR agentrun (1),\n"
                           ".BR agentrun-policy (5),\n"
                           ".BR agentrun-seccomp (7),\n"
                           ".BR agentrun-security (7)\n";

static const struct {
    enum rule_scope scope;
    const char *name;
} scopes[] = {
    { RULE_CREATE, "create" },
    { RULE_EXEC, "exec" },
    { RULE_UPDATE, "update" },
};

static void print_text(const char *text)
{
    for (; *text; text++) {
        if (*text == '-' || *text == '\\')
            putchar('\\');
        putchar(*text == '\\' ? 'e' : *text);
    }
}

/* A sentence: tables hold it without capital letter and full stop. */
static void print_sentence(const char *text)
{
    putchar(toupper((unsigned char)*text));
    print_text(text + 1);
    puts(".");
}

static void print_scopes(const struct rule *rule)
{
    const char *separator = "[";

    for (size_t i = 0; i < ARRAY_SIZE(scopes); i++) {
        if (!(rule->scopes & scopes[i].scope))
            continue;
        fputs(separator, stdout);
        fputs(scopes[i].name, stdout);
        separator = ", ";
    }
    puts("]");
}

/* Rows that differ in their functions only are one to the reader. */
static bool says_the_same(const struct rule *a, const struct rule *b)
{
    return strcmp(a->id, b->id) == 0 && strcmp(a->place, b->place) == 0 &&
           strcmp(a->reason, b->reason) == 0 && strcmp(a->allow, b->allow) == 0 &&
           a->scopes == b->scopes;
}

static bool is_said_before(const struct row *rows, size_t row)
{
    for (size_t i = 0; i < row; i++)
        if (says_the_same(rows[i].rule, rows[row].rule))
            return true;
    return false;
}

static bool is_first_of_its_id(const struct row *rows, size_t row)
{
    for (size_t i = 0; i < row; i++)
        if (strcmp(rows[i].rule->id, rows[row].rule->id) == 0)
            return false;
    return true;
}

static void print_rule(const struct rule *rule)
{
    fputs(".I ", stdout);
    print_text(*rule->place ? rule->place : "anywhere");
    putchar('\n');
    print_scopes(rule);
    puts(".br");
    print_sentence(rule->reason);
    print_sentence(rule->allow);
}

/* Everything that stands under one id, wherever it stands. */
static void print_id(const struct row *rows, size_t n_rows, size_t first)
{
    const char *id = rows[first].rule->id;

    fputs(".TP\n.B ", stdout);
    print_text(id);
    putchar('\n');
    for (size_t i = first; i < n_rows; i++) {
        if (strcmp(rows[i].rule->id, id) != 0 || is_said_before(rows, i))
            continue;
        if (i > first)
            puts(".br");
        print_rule(rows[i].rule);
    }
}

/* All rules of all families, in their order. */
static size_t collect(struct row rows[MAX_ROWS])
{
    size_t n_families, n_rows = 0;
    const struct rule_family *const *families = catalog_families(&n_families);

    for (size_t f = 0; f < n_families; f++)
        for (size_t i = 0; i < families[f]->n_rules; i++) {
            if (n_rows == MAX_ROWS)
                abort();
            rows[n_rows++] = (struct row){ families[f]->name, &families[f]->rules[i] };
        }
    return n_rows;
}

int main(void)
{
    struct row rows[MAX_ROWS];
    size_t n_rows = collect(rows);
    const char *family = NULL;

    fputs(head, stdout);
    for (size_t i = 0; i < n_rows; i++) {
        if (!is_first_of_its_id(rows, i))
            continue;
        if (rows[i].family != family)
            printf(".SS %c%s\n", toupper((unsigned char)rows[i].family[0]), rows[i].family + 1);
        family = rows[i].family;
        print_id(rows, n_rows, i);
    }
    fputs(tail, stdout);
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
