# SPDX-License-Identifier: Apache-2.0
HARDEN_TEST_LIBS = src/libharden.a src/libpolicy.a src/libspec.a src/libbase.a $(YAJL_LIBS) \
	$(CAPNG_LIBS) $(CMOCKA_LIBS)
HARDEN_SUPPORT = tests/unit/harden_support.c tests/unit/harden_support.h tests/unit/quoted.h
EXTRA_DIST += tests/golden

check_PROGRAMS += tests/unit/test_coverage
tests_unit_test_coverage_SOURCES = tests/unit/test_coverage.c $(HARDEN_SUPPORT)
tests_unit_test_coverage_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_coverage_LDADD = $(HARDEN_TEST_LIBS)

check_PROGRAMS += tests/unit/test_golden
tests_unit_test_golden_SOURCES = tests/unit/test_golden.c tests/unit/json_difference.c \
	tests/unit/json_difference.h $(HARDEN_SUPPORT)
tests_unit_test_golden_CPPFLAGS = $(AM_CPPFLAGS) -DGOLDEN='"$(abs_top_srcdir)/tests/golden"'
tests_unit_test_golden_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_golden_LDADD = $(HARDEN_TEST_LIBS)

check_PROGRAMS += tests/unit/test_harden_properties
tests_unit_test_harden_properties_SOURCES = tests/unit/test_harden_properties.c \
	tests/unit/spec_generator.c tests/unit/spec_generator.h tests/unit/json_difference.c \
	tests/unit/json_difference.h $(HARDEN_SUPPORT)
tests_unit_test_harden_properties_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_harden_properties_LDADD = $(HARDEN_TEST_LIBS)

check_PROGRAMS += tests/unit/test_harden_recordings
tests_unit_test_harden_recordings_SOURCES = tests/unit/test_harden_recordings.c $(HARDEN_SUPPORT)
tests_unit_test_harden_recordings_CPPFLAGS = $(AM_CPPFLAGS) \
	-DRECORDINGS='"$(abs_top_srcdir)/tests/recordings"'
tests_unit_test_harden_recordings_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_harden_recordings_LDADD = $(HARDEN_TEST_LIBS)

check_PROGRAMS += tests/unit/test_harden
tests_unit_test_harden_SOURCES = tests/unit/test_harden.c $(HARDEN_SUPPORT)
tests_unit_test_harden_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_harden_LDADD = $(HARDEN_TEST_LIBS)

check_PROGRAMS += tests/unit/test_policy
tests_unit_test_policy_SOURCES = tests/unit/test_policy.c
tests_unit_test_policy_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_policy_LDADD = $(HARDEN_TEST_LIBS)

check_PROGRAMS += tests/unit/test_policy_path
tests_unit_test_policy_path_SOURCES = tests/unit/test_policy_path.c
tests_unit_test_policy_path_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_policy_path_LDADD = $(HARDEN_TEST_LIBS)
