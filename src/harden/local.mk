# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += src/libharden.a
LAYERS += src/libharden.a
src_libharden_a_SOURCES =
