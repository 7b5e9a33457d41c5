# SPDX-License-Identifier: Apache-2.0
FILTER_TEST_CPPFLAGS = $(AM_CPPFLAGS) -DTEST_DATA='"$(abs_srcdir)/tests/unit/data"'
FILTER_TEST_SUPPORT = tests/unit/filter_support.c tests/unit/filter_support.h

check_PROGRAMS += \
	tests/unit/test_cache \
	tests/unit/test_compile \
	tests/unit/test_compile_oracle \
	tests/unit/test_compile_random \
	tests/unit/test_denylist \
	tests/unit/test_denylist_installed \
	tests/unit/test_emit \
	tests/unit/test_filter \
	tests/unit/test_sha256

tests_unit_test_cache_SOURCES = tests/unit/test_cache.c
tests_unit_test_cache_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_cache_LDADD = $(UNIT_LIBS)

tests_unit_test_compile_SOURCES = tests/unit/test_compile.c $(FILTER_TEST_SUPPORT)
tests_unit_test_compile_CPPFLAGS = $(FILTER_TEST_CPPFLAGS)
tests_unit_test_compile_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_compile_LDADD = $(UNIT_LIBS)

tests_unit_test_compile_oracle_SOURCES = tests/unit/test_compile_oracle.c $(FILTER_TEST_SUPPORT)
tests_unit_test_compile_oracle_CPPFLAGS = $(FILTER_TEST_CPPFLAGS)
tests_unit_test_compile_oracle_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_compile_oracle_LDADD = $(UNIT_LIBS)

tests_unit_test_compile_random_SOURCES = tests/unit/test_compile_random.c $(FILTER_TEST_SUPPORT)
tests_unit_test_compile_random_CPPFLAGS = $(FILTER_TEST_CPPFLAGS)
tests_unit_test_compile_random_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_compile_random_LDADD = $(UNIT_LIBS)

tests_unit_test_denylist_SOURCES = tests/unit/test_denylist.c $(FILTER_TEST_SUPPORT)
tests_unit_test_denylist_CPPFLAGS = $(FILTER_TEST_CPPFLAGS)
tests_unit_test_denylist_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_denylist_LDADD = $(UNIT_LIBS)
tests/unit/test_denylist-test_denylist.$(OBJEXT): src/filter/denylist_programs.h

tests_unit_test_denylist_installed_SOURCES = tests/unit/test_denylist_installed.c
tests_unit_test_denylist_installed_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_denylist_installed_LDADD = $(UNIT_LIBS)

tests_unit_test_emit_SOURCES = tests/unit/test_emit.c $(FILTER_TEST_SUPPORT)
tests_unit_test_emit_CPPFLAGS = $(FILTER_TEST_CPPFLAGS)
tests_unit_test_emit_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_emit_LDADD = $(UNIT_LIBS)

tests_unit_test_filter_SOURCES = tests/unit/test_filter.c
tests_unit_test_filter_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_filter_LDADD = $(UNIT_LIBS)

tests_unit_test_sha256_SOURCES = tests/unit/test_sha256.c
tests_unit_test_sha256_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_sha256_LDADD = $(UNIT_LIBS)

EXTRA_DIST += \
	tests/unit/data/seccomp-containerd-1.7.json \
	tests/unit/data/seccomp-docker-20.10.json \
	tests/unit/data/seccomp-docker-26.1.json \
	tests/unit/data/seccomp-podman-5.4.json \
	tests/unit/data/seccomp-small.json
