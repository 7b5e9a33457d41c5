# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += src/libbase.a
LAYERS += src/libbase.a
src_libbase_a_SOURCES = \
	include/agentrun/base/arena.h src/base/arena.c \
	include/agentrun/base/clock.h src/base/clock.c \
	include/agentrun/base/error.h src/base/error.c \
	include/agentrun/base/io.h src/base/io.c \
	include/agentrun/base/json.h src/base/json.c \
	include/agentrun/base/json_text.h src/base/json_text.c \
	include/agentrun/base/json_writer.h src/base/json_writer.c \
	include/agentrun/base/log.h src/base/log.c \
	include/agentrun/base/number.h src/base/number.c \
	include/agentrun/base/path.h src/base/path.c \
	include/agentrun/base/scope.h \
	include/agentrun/base/sha256.h src/base/sha256.c \
	include/agentrun/base/sys.h src/base/sys.c
