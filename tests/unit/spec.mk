# SPDX-License-Identifier: Apache-2.0
SPEC_TEST_LIBS = src/libspec.a src/libbase.a $(YAJL_LIBS) $(CMOCKA_LIBS)
EXTRA_DIST += tests/recordings

check_PROGRAMS += tests/unit/test_capability_names
tests_unit_test_capability_names_SOURCES = tests/unit/test_capability_names.c
tests_unit_test_capability_names_CFLAGS = $(AM_CFLAGS) $(CAPNG_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_capability_names_LDADD = $(SPEC_TEST_LIBS) $(CAPNG_LIBS)

check_PROGRAMS += tests/unit/test_decode
tests_unit_test_decode_SOURCES = tests/unit/test_decode.c tests/unit/decoded.h tests/unit/quoted.h
tests_unit_test_decode_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_decode_LDADD = $(SPEC_TEST_LIBS)

check_PROGRAMS += tests/unit/test_decode_errors
tests_unit_test_decode_errors_SOURCES = tests/unit/test_decode_errors.c tests/unit/quoted.h
tests_unit_test_decode_errors_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_decode_errors_LDADD = $(SPEC_TEST_LIBS)

check_PROGRAMS += tests/unit/test_decode_linux
tests_unit_test_decode_linux_SOURCES = tests/unit/test_decode_linux.c tests/unit/decoded.h \
	tests/unit/quoted.h
tests_unit_test_decode_linux_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_decode_linux_LDADD = $(SPEC_TEST_LIBS)

check_PROGRAMS += tests/unit/test_encode
tests_unit_test_encode_SOURCES = tests/unit/test_encode.c tests/unit/quoted.h
tests_unit_test_encode_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_encode_LDADD = $(SPEC_TEST_LIBS)

check_PROGRAMS += tests/unit/test_schema
tests_unit_test_schema_SOURCES = tests/unit/test_schema.c
tests_unit_test_schema_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_schema_LDADD = $(SPEC_TEST_LIBS)

check_PROGRAMS += tests/unit/test_spec_recordings
tests_unit_test_spec_recordings_SOURCES = tests/unit/test_spec_recordings.c
tests_unit_test_spec_recordings_CPPFLAGS = $(AM_CPPFLAGS) \
	-DRECORDINGS='"$(abs_top_srcdir)/tests/recordings"'
tests_unit_test_spec_recordings_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_spec_recordings_LDADD = $(SPEC_TEST_LIBS)
