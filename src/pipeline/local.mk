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
	include/agentrun/pipeline/poststop.h src/pipeline/poststop.c \
	src/pipeline/delete.c \
	src/pipeline/update.c
src_libpipeline_a_SOURCES += \
	include/agentrun/pipeline/create.h src/pipeline/create.c \
	include/agentrun/pipeline/exec.h src/pipeline/exec.c \
	include/agentrun/pipeline/exec_request.h src/pipeline/exec_request.c \
	include/agentrun/pipeline/snapshot.h src/pipeline/snapshot.c \
	src/pipeline/start.c
