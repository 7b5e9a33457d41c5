/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules of the specification that concern more than one member, or the words in one. Named by the
 * schema, called by the decoder with the structure just filled. Each refuses by decoder_refuse.
 */
#ifndef AGENTRUN_SPEC_CHECK_H
#define AGENTRUN_SPEC_CHECK_H

#include "agentrun/spec/decoder.h"

/* struct spec: the version is 1.x. */
int check_spec(struct decoder *decoder, const struct place *place, void *object);

/* struct spec_process: args and env are what execve(2) takes, no limit stands twice. */
int check_process(struct decoder *decoder, const struct place *place, void *object);

/* struct spec_rlimit: the name is known (its number is filled in), soft is not above hard. */
int check_rlimit(struct decoder *decoder, const struct place *place, void *object);

/* struct spec_hook: args and env are what execve(2) takes. */
int check_hook(struct decoder *decoder, const struct place *place, void *object);

/* struct spec_id_mapping: neither range goes beyond the greatest id. */
int check_id_mapping(struct decoder *decoder, const struct place *place, void *object);

/* struct spec_linux: masked and read-only paths are absolute. */
int check_linux(struct decoder *decoder, const struct place *place, void *object);

/* struct spec_device: the type is one that mknod(2) makes; engines leave the bits of the file's
 * type in fileMode, they are removed. */
int check_device(struct decoder *decoder, const struct place *place, void *object);

/* struct spec_device_rule: type and access consist of the known letters. */
int check_device_rule(struct decoder *decoder, const struct place *place, void *object);

#endif
