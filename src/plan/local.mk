# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += src/libplan.a
LAYERS += src/libplan.a
src_libplan_a_SOURCES = \
	include/agentrun/plan/build.h src/plan/build.c \
	include/agentrun/plan/cgroups.h src/plan/cgroups.c \
	include/agentrun/plan/cgroups_v1.h src/plan/cgroups_v1.c \
	include/agentrun/plan/cgroups_v2.h src/plan/cgroups_v2.c \
	include/agentrun/plan/cgroups_values.h src/plan/cgroups_values.c \
	include/agentrun/plan/devices.h src/plan/devices.c \
	include/agentrun/plan/filters.h src/plan/filters.c \
	include/agentrun/plan/hooks.h src/plan/hooks.c \
	include/agentrun/plan/mount_options.h src/plan/mount_options.c \
	include/agentrun/plan/mounts.h src/plan/mounts.c \
	include/agentrun/plan/namespaces.h src/plan/namespaces.c \
	include/agentrun/plan/path.h src/plan/path.c \
	include/agentrun/plan/plan.h \
	include/agentrun/plan/print.h src/plan/print.c \
	include/agentrun/plan/process.h src/plan/process.c \
	include/agentrun/plan/text.h src/plan/text.c
