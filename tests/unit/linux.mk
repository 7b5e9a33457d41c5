# SPDX-License-Identifier: Apache-2.0

check_PROGRAMS += tests/unit/test_network
tests_unit_test_network_SOURCES = tests/unit/child.h tests/unit/test_network.c
tests_unit_test_network_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_network_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_capability
tests_unit_test_capability_SOURCES = tests/unit/child.h tests/unit/test_capability.c
tests_unit_test_capability_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_capability_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_ids
tests_unit_test_ids_SOURCES = tests/unit/child.h tests/unit/test_ids.c
tests_unit_test_ids_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_ids_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_signals
tests_unit_test_signals_SOURCES = tests/unit/child.h tests/unit/test_signals.c
tests_unit_test_signals_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_signals_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_keyring
tests_unit_test_keyring_SOURCES = tests/unit/child.h tests/unit/test_keyring.c
tests_unit_test_keyring_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_keyring_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_rlimit
tests_unit_test_rlimit_SOURCES = tests/unit/child.h tests/unit/test_rlimit.c
tests_unit_test_rlimit_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_rlimit_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/test_rootpath
tests_unit_test_rootpath_SOURCES = tests/unit/test_rootpath.c
tests_unit_test_rootpath_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_rootpath_LDADD = $(UNIT_LIBS)
