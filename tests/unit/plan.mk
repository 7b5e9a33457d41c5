# SPDX-License-Identifier: Apache-2.0
PLAN_TEST_LIBS = src/libplan.a src/libfilter.a src/libspec.a src/libbase.a $(SECCOMP_LIBS) \
	$(YAJL_LIBS) $(CAPNG_LIBS) $(CMOCKA_LIBS)
PREPARE_TEST_LIBS = src/libpipeline.a src/libcontainer.a src/libplan.a src/libharden.a \
	src/libpolicy.a src/libfilter.a src/liblinux.a src/libspec.a src/libbase.a \
	$(SECCOMP_LIBS) $(YAJL_LIBS) $(CAPNG_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/test_mount_options
tests_unit_test_mount_options_SOURCES = tests/unit/test_mount_options.c tests/unit/plan_fixture.h
tests_unit_test_mount_options_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_mount_options_LDADD = $(PLAN_TEST_LIBS)

check_PROGRAMS += tests/unit/test_plan_cgroups
tests_unit_test_plan_cgroups_SOURCES = tests/unit/test_plan_cgroups.c tests/unit/plan_fixture.h
tests_unit_test_plan_cgroups_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_plan_cgroups_LDADD = $(PLAN_TEST_LIBS)

check_PROGRAMS += tests/unit/test_plan_text
tests_unit_test_plan_text_SOURCES = tests/unit/test_plan_text.c tests/unit/plan_fixture.h
tests_unit_test_plan_text_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_plan_text_LDADD = $(PLAN_TEST_LIBS)

check_PROGRAMS += tests/unit/test_plan_mounts
tests_unit_test_plan_mounts_SOURCES = tests/unit/test_plan_mounts.c tests/unit/plan_fixture.h
tests_unit_test_plan_mounts_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_plan_mounts_LDADD = $(PLAN_TEST_LIBS)

check_PROGRAMS += tests/unit/test_plan_process
tests_unit_test_plan_process_SOURCES = tests/unit/test_plan_process.c tests/unit/plan_fixture.h
tests_unit_test_plan_process_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_plan_process_LDADD = $(PLAN_TEST_LIBS)

check_PROGRAMS += tests/unit/test_plan_print
tests_unit_test_plan_print_SOURCES = tests/unit/test_plan_print.c tests/unit/plan_fixture.h
tests_unit_test_plan_print_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_plan_print_LDADD = $(PLAN_TEST_LIBS)

check_PROGRAMS += tests/unit/test_plan_filters
tests_unit_test_plan_filters_SOURCES = tests/unit/test_plan_filters.c tests/unit/plan_fixture.h
tests_unit_test_plan_filters_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_plan_filters_LDADD = $(PLAN_TEST_LIBS)

check_PROGRAMS += tests/unit/test_plan_recordings
tests_unit_test_plan_recordings_SOURCES = tests/unit/test_plan_recordings.c \
	tests/unit/plan_fixture.h
tests_unit_test_plan_recordings_CPPFLAGS = $(AM_CPPFLAGS) \
	-DRECORDINGS='"$(abs_top_srcdir)/tests/recordings"'
tests_unit_test_plan_recordings_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_plan_recordings_LDADD = $(PREPARE_TEST_LIBS)

check_PROGRAMS += tests/unit/test_gather
tests_unit_test_gather_SOURCES = tests/unit/test_gather.c tests/unit/plan_fixture.h
tests_unit_test_gather_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_gather_LDADD = $(PREPARE_TEST_LIBS)

check_PROGRAMS += tests/unit/test_prepare
tests_unit_test_prepare_SOURCES = tests/unit/test_prepare.c tests/unit/plan_fixture.h
tests_unit_test_prepare_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_prepare_LDADD = $(PREPARE_TEST_LIBS)
