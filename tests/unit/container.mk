# SPDX-License-Identifier: Apache-2.0

check_PROGRAMS += tests/unit/test_options
tests_unit_test_options_SOURCES = tests/unit/test_options.c
tests_unit_test_options_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_options_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_state
tests_unit_test_state_SOURCES = tests/unit/test_state.c
tests_unit_test_state_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_state_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_state_directory
tests_unit_test_state_directory_SOURCES = tests/unit/test_state_directory.c
tests_unit_test_state_directory_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_state_directory_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/test_attest
tests_unit_test_attest_SOURCES = tests/unit/test_attest.c tests/unit/child.h
tests_unit_test_attest_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_attest_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_context
tests_unit_test_context_SOURCES = tests/unit/test_context.c
tests_unit_test_context_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_context_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_kill
tests_unit_test_kill_SOURCES = tests/unit/test_kill.c
tests_unit_test_kill_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_kill_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_command
tests_unit_test_command_SOURCES = tests/unit/test_command.c
tests_unit_test_command_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_command_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_merge
tests_unit_test_merge_SOURCES = tests/unit/test_merge.c
tests_unit_test_merge_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_merge_LDADD = $(UNIT_LIBS)
