# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += src/libcommand.a
LAYERS += src/libcommand.a
src_libcommand_a_SOURCES =
