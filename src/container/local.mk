# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += src/libcontainer.a
LAYERS += src/libcontainer.a
src_libcontainer_a_SOURCES =
src_libcontainer_a_SOURCES += \
	include/agentrun/container/kill.h src/container/kill.c \
	include/agentrun/container/remove.h src/container/remove.c \
	include/agentrun/container/state.h src/container/state.c \
	include/agentrun/container/state_directory.h src/container/state_directory.c
