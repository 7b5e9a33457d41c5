/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/pipeline/snapshot.h"

#include "agentrun/base/io.h"
#include "agentrun/spec/decode.h"
#include "agentrun/spec/encode.h"

void snapshot_files(struct arena *arena, const struct hardened *hardened,
                    struct launch_file out_files[2])
{
    struct json_writer *writer = json_writer_new(arena, false);

    spec_encode(writer, &hardened->spec);
    out_files[0].name = STATE_SPEC;
    out_files[0].text = json_writer_finish(writer, &out_files[0].n_bytes);
    writer = json_writer_new(arena, true);
    findings_encode(writer, &hardened->findings);
    out_files[1].name = STATE_FINDING;
    out_files[1].text = json_writer_finish(writer, &out_files[1].n_bytes);
}

int snapshot_read(struct arena *arena, int state_fd, struct spec *out_spec, struct error *err)
{
    char *text;
    size_t n_bytes;

    if (io_read_file_at(arena, state_fd, STATE_SPEC, JSON_MAX_BYTES, &text, &n_bytes, err) < 0)
        return -err->errnum;
    return spec_decode(arena, STATE_SPEC, text, n_bytes, out_spec, err);
}
