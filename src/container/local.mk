# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += src/libcontainer.a
LAYERS += src/libcontainer.a
src_libcontainer_a_SOURCES =
src_libcontainer_a_SOURCES += \
	include/agentrun/container/kill.h src/container/kill.c \
	include/agentrun/container/remove.h src/container/remove.c \
	include/agentrun/container/state.h src/container/state.c \
	include/agentrun/container/state_directory.h src/container/state_directory.c
src_libcontainer_a_SOURCES += \
	include/agentrun/container/attest.h src/container/attest.c \
	include/agentrun/container/confine.h src/container/confine.c \
	include/agentrun/container/console.h src/container/console.c \
	include/agentrun/container/detach.h src/container/detach.c \
	include/agentrun/container/dev.h src/container/dev.c \
	include/agentrun/container/exec.h src/container/exec.c \
	include/agentrun/container/gate.h src/container/gate.c \
	include/agentrun/container/handover.h src/container/handover.c \
	include/agentrun/container/hooks.h src/container/hooks.c \
	include/agentrun/container/init.h src/container/init.c \
	include/agentrun/container/launch.h src/container/launch.c \
	include/agentrun/container/mask.h src/container/mask.c \
	include/agentrun/container/own_process.h src/container/own_process.c \
	include/agentrun/container/pid_file.h src/container/pid_file.c \
	include/agentrun/container/program.h src/container/program.c \
	include/agentrun/container/rootfs.h src/container/rootfs.c \
	include/agentrun/container/steps.h src/container/steps.c \
	include/agentrun/container/supervise.h src/container/supervise.c \
	include/agentrun/container/target.h src/container/target.c \
	include/agentrun/container/trace.h src/container/trace.c
