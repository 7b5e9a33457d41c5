# SPDX-License-Identifier: Apache-2.0
UNIT_LIBS = $(LAYERS) $(SECCOMP_LIBS) $(YAJL_LIBS) $(CAPNG_LIBS) $(CMOCKA_LIBS)
if HAVE_CMOCKA
include tests/unit/base.mk
include tests/unit/spec.mk
include tests/unit/filter.mk
include tests/unit/linux.mk
include tests/unit/harden.mk
include tests/unit/plan.mk
include tests/unit/container.mk
endif
