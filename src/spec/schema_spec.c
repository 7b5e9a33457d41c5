/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/spec/schema_spec.h"

#include "agentrun/spec/check.h"
#include "agentrun/spec/schema_linux.h"
#include "agentrun/spec/schema_process.h"
#include "agentrun/spec/schema_resources.h"
#include "agentrun/spec/spec.h"

static const struct schema_member root_members[] = {
    { "path", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(spec_root, path) },
    { "readonly", SCHEMA_BOOLEAN, 0, SCHEMA_AT(spec_root, readonly) },
};

static const struct schema schema_root = { SCHEMA_OF(spec_root, root_members) };

static const struct schema_member id_mapping_members[] = {
    { "containerID", SCHEMA_U32, SCHEMA_REQUIRED, SCHEMA_AT(spec_id_mapping, container_id),
      SCHEMA_RANGE(0, SCHEMA_MAXIMUM_ID) },
    { "hostID", SCHEMA_U32, SCHEMA_REQUIRED, SCHEMA_AT(spec_id_mapping, host_id),
      SCHEMA_RANGE(0, SCHEMA_MAXIMUM_ID) },
    { "size", SCHEMA_U32, SCHEMA_REQUIRED, SCHEMA_AT(spec_id_mapping, size),
      SCHEMA_RANGE(1, UINT32_MAX) },
};

const struct schema schema_id_mapping = { SCHEMA_OF(spec_id_mapping, id_mapping_members),
                                          .check = check_id_mapping };

static const struct schema_member mount_members[] = {
    { "destination", SCHEMA_STRING, SCHEMA_REQUIRED | SCHEMA_ABSOLUTE,
      SCHEMA_AT(spec_mount, destination) },
    { "type", SCHEMA_STRING, 0, SCHEMA_AT(spec_mount, type) },
    { "source", SCHEMA_STRING, 0, SCHEMA_AT(spec_mount, source) },
    { "options", SCHEMA_STRINGS, 0, SCHEMA_LIST(spec_mount, options) },
    { "uidMappings", SCHEMA_OBJECTS, 0, SCHEMA_LIST(spec_mount, uid_mappings),
      .object = &schema_id_mapping },
    { "gidMappings", SCHEMA_OBJECTS, 0, SCHEMA_LIST(spec_mount, gid_mappings),
      .object = &schema_id_mapping },
};

static const struct schema schema_mount = { SCHEMA_OF(spec_mount, mount_members) };

static const struct schema_member spec_members[] = {
    { "ociVersion", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(spec, oci_version) },
    { "process", SCHEMA_OBJECT, 0, SCHEMA_AT(spec, process),
      .companion = offsetof(struct spec, has_process), .object = &schema_process },
    { "root", SCHEMA_OBJECT, SCHEMA_REQUIRED, SCHEMA_SECTION(spec, root), .object = &schema_root },
    { "hostname", SCHEMA_STRING, 0, SCHEMA_AT(spec, hostname) },
    { "domainname", SCHEMA_STRING, 0, SCHEMA_AT(spec, domainname) },
    { "mounts", SCHEMA_OBJECTS, 0, SCHEMA_LIST(spec, mounts), .object = &schema_mount },
    { "hooks", SCHEMA_OBJECT, 0, SCHEMA_AT(spec, hooks), .object = &schema_hooks },
    { "annotations", SCHEMA_STRING_MAP, 0, SCHEMA_LIST(spec, annotations) },
    { "linux", SCHEMA_OBJECT, 0, SCHEMA_SECTION(spec, linux), .object = &schema_linux },
    { "solaris", SCHEMA_FOREIGN, 0, SCHEMA_LIST(spec, foreign_sections) },
    { "windows", SCHEMA_FOREIGN, 0, SCHEMA_LIST(spec, foreign_sections) },
    { "vm", SCHEMA_FOREIGN, 0, SCHEMA_LIST(spec, foreign_sections) },
    { "zos", SCHEMA_FOREIGN, 0, SCHEMA_LIST(spec, foreign_sections) },
    { "freebsd", SCHEMA_FOREIGN, 0, SCHEMA_LIST(spec, foreign_sections) },
};

const struct schema schema_spec = { SCHEMA_OF(spec, spec_members), .check = check_spec };

static const struct schema_member process_alone_members[] = {
    { "process", SCHEMA_OBJECT, SCHEMA_REQUIRED, SCHEMA_AT(spec, process),
      .companion = offsetof(struct spec, has_process), .object = &schema_process },
};

const struct schema schema_process_alone = { SCHEMA_OF(spec, process_alone_members) };

static const struct schema_member linux_alone_members[] = {
    { "resources", SCHEMA_OBJECT, SCHEMA_REQUIRED, SCHEMA_SECTION(spec_linux, resources),
      .object = &schema_resources },
};

static const struct schema schema_linux_alone = { SCHEMA_OF(spec_linux, linux_alone_members) };

static const struct schema_member resources_alone_members[] = {
    { "linux", SCHEMA_OBJECT, SCHEMA_REQUIRED, SCHEMA_SECTION(spec, linux),
      .object = &schema_linux_alone },
};

const struct schema schema_resources_alone = { SCHEMA_OF(spec, resources_alone_members) };
