# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += src/libspec.a
LAYERS += src/libspec.a
src_libspec_a_SOURCES = \
	include/agentrun/spec/capability_names.h src/spec/capability_names.c \
	include/agentrun/spec/check.h src/spec/check.c \
	include/agentrun/spec/convert.h src/spec/convert.c \
	include/agentrun/spec/decode.h src/spec/decode.c \
	include/agentrun/spec/decoder.h src/spec/decoder.c \
	include/agentrun/spec/default.h src/spec/default.c \
	include/agentrun/spec/encode.h src/spec/encode.c \
	include/agentrun/spec/schema.h src/spec/schema.c \
	include/agentrun/spec/schema_linux.h src/spec/schema_linux.c \
	include/agentrun/spec/schema_process.h src/spec/schema_process.c \
	include/agentrun/spec/schema_resources.h src/spec/schema_resources.c \
	include/agentrun/spec/schema_spec.h src/spec/schema_spec.c \
	include/agentrun/spec/spec.h src/spec/spec.c
