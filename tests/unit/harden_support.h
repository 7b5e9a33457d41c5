/* SPDX-License-Identifier: Apache-2.0
 *
 * For the tests of hardening: facts about a host that is not there, and results as text.
 *
 * Sources of bind mounts are what their names say: "….sock" a socket, resolv.conf and the like
 * files of root's, everything below the directories of the table in harden_support.c what such
 * things are on a host; all else is a directory of user 1000. A facts.json says what differs:
 *
 *   { "cpus": 2, "network": "host", "userNamespace": true,
 *     "files": { "/srv/x": { "type": "fifo", "uid": 0, "gid": 0, "mode": "644", "path": "/etc/x",
 *                            "magic": "proc", "error": 2, "mountRoot": true, "hostRoot": true,
 *                            "cannotBeMapped": true, "identity": "/etc",
 *                            "below": "proc" } } }
 */
#ifndef AGENTRUN_TESTS_UNIT_HARDEN_SUPPORT_H
#define AGENTRUN_TESTS_UNIT_HARDEN_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "agentrun/harden/harden.h"
#include "agentrun/policy/builtin.h"
#include "agentrun/spec/decode.h"
#include "agentrun/spec/encode.h"

/* Facts for a spec; `described` is the root of a facts.json or NULL. */
struct facts support_facts(struct arena *arena, const struct spec *spec,
                           const struct json *described);

/* Facts for the result of hardening, looked at as a request: the same objects. */
struct facts support_facts_again(struct arena *arena, const struct hardened *hardened,
                                 const struct spec *request, const struct facts *facts);

/* Decode a config whose text has ' for "; fails the test when it does not decode. */
struct spec support_spec(struct arena *arena, const char *text);

/* A whole config with these members besides a root and a process ("'hostname':'x'"). */
struct spec support_config(struct arena *arena, const char *members);

/* A config with this process and nothing else ("'args':['true'],…"). */
struct spec support_process(struct arena *arena, const char *members);

/* Harden under the built-in policy with facts by name; fails the test when it is refused. */
struct hardened support_harden(struct arena *arena, const struct spec *spec);

/* Harden, expecting a refusal whose text holds `id`. */
void support_refused(struct arena *arena, const struct spec *spec, const char *id);

/* The finding with this id and place, or NULL. */
const struct finding *support_finding(const struct hardened *hardened, const char *id,
                                      const char *place);

/* The spec as JSON. */
const char *support_encode(struct arena *arena, const struct spec *spec);

/* Does a text hold words that engines act upon? Returns the word or NULL. */
const char *support_matched_word(const char *text);

#endif
