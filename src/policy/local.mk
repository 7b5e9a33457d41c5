# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += src/libpolicy.a
LAYERS += src/libpolicy.a
src_libpolicy_a_SOURCES = \
	include/agentrun/policy/builtin.h src/policy/builtin.c \
	include/agentrun/policy/path.h src/policy/path.c \
	include/agentrun/policy/policy.h src/policy/policy.c
