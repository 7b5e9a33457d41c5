# SPDX-License-Identifier: Apache-2.0
UNIT_LIBS = $(LAYERS) $(SECCOMP_LIBS) $(YAJL_LIBS) $(CMOCKA_LIBS)
if HAVE_CMOCKA
include tests/unit/base.mk
include tests/unit/spec.mk
include tests/unit/filter.mk
include tests/unit/linux.mk
include tests/unit/harden.mk
include tests/unit/plan.mk
include tests/unit/container.mk
endif

# Built on demand by tests/run; static, so that it runs in any root file system.
EXTRA_PROGRAMS = tests/root/probe tests/attack/attacker
tests_root_probe_SOURCES = tests/root/probe.h tests/root/probe.c tests/root/probe_calls.c
tests_root_probe_LDFLAGS = -static
tests_attack_attacker_SOURCES = tests/attack/attacker.h tests/attack/attacker.c \
	tests/attack/attacker_escapes.c tests/attack/attacker_exhaustions.c tests/attack/attacker_messages.c
tests_attack_attacker_LDFLAGS = -static
CLEANFILES += $(EXTRA_PROGRAMS)

TESTS += tests/structure
EXTRA_DIST += .ci/run tests/run tests/bench tests/structure tests/skips.txt \
	tests/lib tests/root tests/docker tests/containerd tests/attack tests/fault
