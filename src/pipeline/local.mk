# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += src/libpipeline.a
LAYERS += src/libpipeline.a
src_libpipeline_a_SOURCES =
