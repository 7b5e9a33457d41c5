# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += src/libfilter.a
LAYERS += src/libfilter.a
src_libfilter_a_SOURCES =
