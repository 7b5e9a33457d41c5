# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += src/liblinux.a
LAYERS += src/liblinux.a
src_liblinux_a_SOURCES =
