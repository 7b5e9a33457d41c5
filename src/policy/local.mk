# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += src/libpolicy.a
LAYERS += src/libpolicy.a
src_libpolicy_a_SOURCES =
