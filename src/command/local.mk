# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += src/libcommand.a
LAYERS += src/libcommand.a
src_libcommand_a_SOURCES = \
	include/agentrun/command/command.h src/command/command.c \
	include/agentrun/command/globals.h src/command/globals.c \
	include/agentrun/command/options.h src/command/options.c \
	include/agentrun/command/signal_name.h src/command/signal_name.c \
	src/command/create.c \
	src/command/delete.c \
	src/command/exec.c \
	src/command/features.c \
	src/command/kill.c \
	src/command/list.c \
	src/command/pause.c \
	src/command/ps.c \
	src/command/spec.c \
	src/command/start.c \
	src/command/state.c \
	src/command/unsupported.c \
	src/command/update.c
