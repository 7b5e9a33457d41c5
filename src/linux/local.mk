# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += src/liblinux.a
LAYERS += src/liblinux.a
src_liblinux_a_SOURCES =
src_liblinux_a_SOURCES += include/agentrun/linux/network.h src/linux/network.c
src_liblinux_a_SOURCES += include/agentrun/linux/capability.h src/linux/capability.c
src_liblinux_a_SOURCES += include/agentrun/linux/ids.h src/linux/ids.c
src_liblinux_a_SOURCES += include/agentrun/linux/signals.h src/linux/signals.c
src_liblinux_a_SOURCES += include/agentrun/linux/keyring.h src/linux/keyring.c
src_liblinux_a_SOURCES += include/agentrun/linux/rlimit.h src/linux/rlimit.c
src_liblinux_a_SOURCES += include/agentrun/linux/descriptors.h src/linux/descriptors.c
src_liblinux_a_SOURCES += include/agentrun/linux/terminal.h src/linux/terminal.c
