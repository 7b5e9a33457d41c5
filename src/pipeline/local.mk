# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += src/libpipeline.a
LAYERS += src/libpipeline.a
src_libpipeline_a_SOURCES =
src_libpipeline_a_SOURCES += \
	include/agentrun/pipeline/bundle.h src/pipeline/bundle.c \
	include/agentrun/pipeline/context.h src/pipeline/context.c \
	include/agentrun/pipeline/features.h src/pipeline/features.c \
	include/agentrun/pipeline/lifecycle.h src/pipeline/lifecycle.c \
	include/agentrun/pipeline/merge.h src/pipeline/merge.c \
	include/agentrun/pipeline/pidfd_socket.h src/pipeline/pidfd_socket.c \
	include/agentrun/pipeline/poststop.h src/pipeline/poststop.c \
	include/agentrun/pipeline/delete.h src/pipeline/delete.c \
	include/agentrun/pipeline/update.h src/pipeline/update.c
src_libpipeline_a_SOURCES += \
	include/agentrun/pipeline/create.h src/pipeline/create.c \
	include/agentrun/pipeline/exec.h src/pipeline/exec.c \
	include/agentrun/pipeline/exec_request.h src/pipeline/exec_request.c \
	include/agentrun/pipeline/snapshot.h src/pipeline/snapshot.c \
	include/agentrun/pipeline/start.h src/pipeline/start.c
src_libpipeline_a_SOURCES += \
	include/agentrun/pipeline/gather.h src/pipeline/gather.c \
	include/agentrun/pipeline/gather_below.h src/pipeline/gather_below.c \
	include/agentrun/pipeline/gather_file.h src/pipeline/gather_file.c \
	include/agentrun/pipeline/prepare.h src/pipeline/prepare.c
