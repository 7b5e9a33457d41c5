# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += src/libcontainer.a
LAYERS += src/libcontainer.a
src_libcontainer_a_SOURCES =
