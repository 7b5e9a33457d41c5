# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += src/libplan.a
LAYERS += src/libplan.a
src_libplan_a_SOURCES =
