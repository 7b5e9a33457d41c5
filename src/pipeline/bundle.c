/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/pipeline/bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "agentrun/base/io.h"
#include "agentrun/base/scope.h"
#include "agentrun/spec/default.h"
#include "agentrun/spec/encode.h"

int pipeline_write_bundle(struct context *context, const char *bundle, bool rootless,
                          struct error *err)
{
    struct json_writer *writer = json_writer_new(context->arena, true);
    struct spec *spec = ARENA_NEW(context->arena, struct spec);
    auto_close int bundle_fd = open(bundle, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    auto_close int fd = -1;
    const char *text;
    size_t n_bytes;
    int result;

    if (bundle_fd < 0)
        return error_system(err, "open bundle '%s'", bundle);
    spec_default(context->arena, rootless, spec);
    spec_encode(writer, spec);
    text = json_writer_finish(writer, &n_bytes);
    /* O_EXCL: somebody's work may be in it. */
    fd = openat(bundle_fd, "config.json", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0)
        return error_system(err, "create '%s/config.json'", bundle);
    result = io_write_all(fd, text, n_bytes);
    return result < 0 ? error_errno(err, -result, "write '%s/config.json'", bundle) : 0;
}
