# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += src/libspec.a
LAYERS += src/libspec.a
src_libspec_a_SOURCES =
