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

check_PROGRAMS += tests/unit/test_descriptors
tests_unit_test_descriptors_SOURCES = tests/unit/child.h tests/unit/test_descriptors.c
tests_unit_test_descriptors_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_descriptors_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_procfs
tests_unit_test_procfs_SOURCES = tests/unit/child.h tests/unit/test_procfs.c
tests_unit_test_procfs_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_procfs_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_landlock
tests_unit_test_landlock_SOURCES = tests/unit/child.h tests/unit/test_landlock.c
tests_unit_test_landlock_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_landlock_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_namespace
tests_unit_test_namespace_SOURCES = tests/unit/child.h tests/unit/test_namespace.c
tests_unit_test_namespace_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_namespace_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_id_map
tests_unit_test_id_map_SOURCES = tests/unit/child.h tests/unit/test_id_map.c
tests_unit_test_id_map_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_id_map_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_terminal
tests_unit_test_terminal_SOURCES = tests/unit/child.h tests/unit/test_terminal.c
tests_unit_test_terminal_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_terminal_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_terminal_relay
tests_unit_test_terminal_relay_SOURCES = tests/unit/child.h tests/unit/test_terminal_relay.c
tests_unit_test_terminal_relay_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_terminal_relay_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_self_binary
tests_unit_test_self_binary_SOURCES = tests/unit/child.h tests/unit/test_self_binary.c
tests_unit_test_self_binary_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_self_binary_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_cgroup
tests_unit_test_cgroup_SOURCES = tests/unit/cgroup_fixture.h tests/unit/test_cgroup.c
tests_unit_test_cgroup_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_cgroup_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_cgroup_parse
tests_unit_test_cgroup_parse_SOURCES = tests/unit/test_cgroup_parse.c
tests_unit_test_cgroup_parse_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_cgroup_parse_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_cgroup_v1
tests_unit_test_cgroup_v1_SOURCES = tests/unit/test_cgroup_v1.c
tests_unit_test_cgroup_v1_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_cgroup_v1_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_cgroup_v2
tests_unit_test_cgroup_v2_SOURCES = tests/unit/test_cgroup_v2.c
tests_unit_test_cgroup_v2_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_cgroup_v2_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_device_bpf
tests_unit_test_device_bpf_SOURCES = tests/unit/test_device_bpf.c
tests_unit_test_device_bpf_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_device_bpf_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_pidfd
tests_unit_test_pidfd_SOURCES = tests/unit/test_pidfd.c
tests_unit_test_pidfd_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_pidfd_LDADD = $(UNIT_LIBS)
