/* SPDX-License-Identifier: Apache-2.0
 *
 * The verdict of the denylist for every row of its table and for the neighbours of each.
 */
#include <errno.h>
#include <linux/audit.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "agentrun/base/scope.h"
#include "agentrun/filter/denylist.h"
#include "agentrun/filter/names.h"
#include "filter_support.h"

/* Both architectures, wherever the test runs. */
#define DENYLIST_WITH_X86_64
#define DENYLIST_WITH_AARCH64
#include "src/filter/denylist_programs.h"

#define X32_BIT 0x40000000U
#define JUNK    0xdead00000000ULL /* in the high half, which the kernel cuts off */

static const uint64_t no_arguments[6];

static const struct target {
    uint32_t architecture;
    const struct filter_program *denylist, *enosys;
} targets[] = {
    { AUDIT_ARCH_X86_64, &denylist_x86_64, &enosys_x86_64 },
    { AUDIT_ARCH_AARCH64, &denylist_aarch64, &enosys_aarch64 },
};

/* Call `check` for each architecture. */
static void for_all_targets(void (*check)(const struct target *target))
{
    for (size_t i = 0; i < ARRAY_SIZE(targets); i++)
        check(&targets[i]);
}

/* errno, or 0 for a call that is allowed. Any other verdict fails the test. */
static int errno_of(const struct filter_program *program, uint32_t architecture, uint32_t number,
                    const uint64_t arguments[6])
{
    uint32_t action = support_verdict(program, architecture, number, arguments);

    if (action == SECCOMP_RET_ALLOW)
        return 0;
    assert_int_equal(action & SECCOMP_RET_ACTION_FULL, SECCOMP_RET_ERRNO);
    return (int)(action & SECCOMP_RET_DATA);
}

static int denied_with(const struct target *target, uint32_t number, const uint64_t arguments[6])
{
    return errno_of(target->denylist, target->architecture, number, arguments);
}

/* False for a call that the architecture does not have. */
static bool number_of(const struct target *target, const char *name, uint32_t *out_number)
{
    struct names_call call;

    if (!names_resolve(target->architecture, name, &call))
        return false;
    *out_number = (uint32_t)call.number;
    return true;
}

/* Calls whose arguments do not matter; blanks between. */
static const struct {
    int errnum;
    const char *names;
} plain[] = {
    { EPERM, "mount umount2 pivot_root chroot swapon swapoff quotactl nfsservctl acct" },
    { ENOSYS, "open_tree move_mount fsopen fsconfig fsmount fspick mount_setattr open_tree_attr "
              "quotactl_fd" },
    { ENOSYS, "statmount listmount lsm_get_self_attr lsm_set_self_attr lsm_list_modules" },
    { EPERM, "unshare setns" },
    { ENOSYS, "clone3" },
    { EPERM, "ptrace process_vm_readv process_vm_writev kcmp pidfd_getfd process_madvise "
             "process_mrelease" },
    { EPERM, "init_module finit_module delete_module kexec_load kexec_file_load bpf "
             "perf_event_open reboot lookup_dcookie syslog vhangup" },
    { EPERM, "iopl ioperm modify_ldt _sysctl uselib ustat sysfs create_module query_module "
             "get_kernel_syms afs_syscall tuxcall security vserver" },
    { EPERM, "settimeofday clock_settime clock_adjtime adjtimex sethostname setdomainname" },
    { ENOSYS, "io_uring_setup io_uring_enter io_uring_register" },
    { EPERM, "userfaultfd move_pages migrate_pages" },
    { ENOSYS, "memfd_secret add_key request_key keyctl openat2" },
    { EPERM, "open_by_handle_at fanotify_init fanotify_mark" },
    /* What the runtime itself needs after the filter, and what is allowed on purpose. */
    { 0, "close close_range read write recvmsg recvfrom sendto sendmsg seccomp execve execveat "
         "exit_group exit rt_sigaction rt_sigprocmask rt_sigreturn rt_sigtimedwait chdir fchdir "
         "getcwd poll ppoll dup dup2 dup3 fcntl" },
    { 0, "landlock_create_ruleset landlock_add_rule landlock_restrict_self memfd_create mseal "
         "setxattrat getxattrat listxattrat removexattrat cachestat futex_wake futex_wait "
         "futex_requeue rseq mprotect file_getattr file_setattr pidfd_open pidfd_send_signal "
         "mbind set_mempolicy get_mempolicy name_to_handle_at map_shadow_stack" },
    { 0, "mmap fork vfork wait4 getpid kill openat open stat statx newfstatat accept4 bind "
         "connect listen epoll_wait futex clock_gettime clock_nanosleep getrandom uname "
         "inotify_init1 splice sendfile sched_setaffinity prlimit64 setuid setgroups" },
};

static unsigned check_names(const struct target *target, const char *names, int errnum)
{
    unsigned n_known = 0;
    char name[64];
    int length;

    for (; sscanf(names, " %63s%n", name, &length) == 1; names += length) {
        uint32_t number;
        int got;

        if (!number_of(target, name, &number))
            continue;
        got = denied_with(target, number, no_arguments);
        if (got != errnum)
            fail_msg("%s: errno %d, not %d", name, got, errnum);
        n_known++;
    }
    return n_known;
}

static void check_plain(const struct target *target)
{
    unsigned n_known = 0;

    for (size_t i = 0; i < ARRAY_SIZE(plain); i++)
        n_known += check_names(target, plain[i].names, plain[i].errnum);
    assert_true(n_known > 110);
}

static void test_denylist_plain_rows_as_expected(void **state)
{
    (void)state;
    for_all_targets(check_plain);
}

#define S_IFCHR_MODE 0020000ULL
#define S_IFBLK_MODE 0060000ULL
#define CREAT        0100ULL
#define TMPFILE      020000000ULL

/* Calls that depend on arguments: what is denied, and near misses that are not. */
static const struct {
    const char *name;
    uint64_t arguments[6];
    int errnum;
} conditional[] = {
    { "clone", { 17 }, 0 },
    { "clone", { 0x3d0f00 }, 0 },        /* a thread of the C library */
    { "clone", { 0x01200000 | 17 }, 0 }, /* fork of the C library */
    { "clone", { 0x4100 | 17 }, 0 },     /* vfork */
    { "clone", { 0x80 }, 0 },            /* part of the signal number here */
    { "clone", { 0x00020000 | 17 }, EPERM },
    { "clone", { 0x02000000 | 17 }, EPERM },
    { "clone", { 0x04000000 | 17 }, EPERM },
    { "clone", { 0x08000000 | 17 }, EPERM },
    { "clone", { 0x10000000 | 17 }, EPERM },
    { "clone", { 0x20000000 | 17 }, EPERM },
    { "clone", { 0x40000000 | 17 }, EPERM },
    { "clone", { 0x80000000 | 17 }, 0 },
    { "clone", { JUNK | 17 }, 0 },
    { "clone", { JUNK | 0x10000000 | 17 }, EPERM },
    { "socket", { 0, 1, 0 }, EAFNOSUPPORT },
    { "socket", { 1, 1, 0 }, 0 },
    { "socket", { 2, 1, 6 }, 0 },
    { "socket", { 3, 1, 0 }, EAFNOSUPPORT },
    { "socket", { 9, 1, 0 }, EAFNOSUPPORT },
    { "socket", { 10, 2, 17 }, 0 },
    { "socket", { 11, 1, 0 }, EAFNOSUPPORT },
    { "socket", { 16, 3, 0 }, 0 },
    { "socket", { 16, 3, 9 }, EAFNOSUPPORT },
    { "socket", { 16, 3, 12 }, EAFNOSUPPORT },
    { "socket", { 16, 3, JUNK }, 0 },
    { "socket", { 16, 3, JUNK | 12 }, EAFNOSUPPORT },
    { "socket", { 17, 3, 0 }, EAFNOSUPPORT },
    { "socket", { 38, 5, 0 }, EAFNOSUPPORT },
    { "socket", { 40, 1, 0 }, EAFNOSUPPORT },
    { "socket", { JUNK | 40, 1, 0 }, EAFNOSUPPORT },
    { "socket", { JUNK | 1, 1, 0 }, 0 },
    { "socket", { 44, 3, 0 }, EAFNOSUPPORT },
    { "socketpair", { 1, 1, 0 }, 0 },
    { "socketpair", { 40, 1, 0 }, EAFNOSUPPORT },
    { "socketpair", { 16, 1, 15 }, EAFNOSUPPORT },
    { "ioctl", { 0, 0x5411 }, 0 },
    { "ioctl", { 0, 0x5412 }, EPERM },
    { "ioctl", { 0, JUNK | 0x5412 }, EPERM },
    { "ioctl", { 0, 1ULL << 32 | 0x5412 }, EPERM },
    { "ioctl", { 0, 0x5413 }, 0 },
    { "ioctl", { 0, 0x541b }, 0 },
    { "ioctl", { 0, 0x541c }, EPERM },
    { "ioctl", { 0, JUNK | 0x541c }, EPERM },
    { "ioctl", { 0, 0x541d }, 0 },
    { "ioctl", { 0, 0x5422 }, 0 },
    { "ioctl", { 0, 0x5423 }, EPERM },
    { "ioctl", { 0, 0x5424 }, 0 },
    { "ioctl", { 0x5412, 0 }, 0 },
    { "chmod", { 0, 0777 }, 0 },
    { "chmod", { 0, 01777 }, 0 },
    { "chmod", { 0, 02755 }, EPERM },
    { "chmod", { 0, 04755 }, EPERM },
    { "chmod", { 0, 06000 }, EPERM },
    { "chmod", { 0, JUNK | 0755 }, 0 },
    { "chmod", { 0, JUNK | 04755 }, EPERM },
    { "fchmod", { 3, 0755 }, 0 },
    { "fchmod", { 3, 04755 }, EPERM },
    { "fchmod", { 04000, 0755 }, 0 },
    { "fchmodat", { 3, 0, 0755 }, 0 },
    { "fchmodat", { 3, 04000, 0755 }, 0 },
    { "fchmodat", { 3, 0, 02755 }, EPERM },
    { "fchmodat2", { 3, 0, 0755, 0 }, 0 },
    { "fchmodat2", { 3, 0, 04755, 0 }, EPERM },
    { "mkdir", { 0, 0755 }, 0 },
    { "mkdir", { 0, 02755 }, EPERM },
    { "mkdirat", { 0, 0, 01777 }, 0 },
    { "mkdirat", { 0, 0, 02755 }, EPERM },
    { "creat", { 0, 0600 }, 0 },
    { "creat", { 0, 04700 }, EPERM },
    { "open", { 0, 0, 04755 }, 0 },
    { "open", { 0, CREAT, 0644 }, 0 },
    { "open", { 0, CREAT, 04755 }, EPERM },
    { "open", { 0, JUNK | CREAT, JUNK | 02755 }, EPERM },
    { "open", { 0, TMPFILE, 04755 }, EPERM },
    { "openat", { 0, 0, 02, 04755 }, 0 }, /* without O_CREAT the mode is whatever was there */
    { "openat", { 0, 0, CREAT | 02, 0666 }, 0 },
    { "openat", { 0, 0, CREAT | 02, 01666 }, 0 },
    { "openat", { 0, 0, CREAT | 02, 04755 }, EPERM },
    { "openat", { 0, 0, CREAT, 02755 }, EPERM },
    { "openat", { 0, 0, TMPFILE | 02, 06755 }, EPERM },
    { "openat", { 0, 0, JUNK | CREAT, JUNK | 06755 }, EPERM },
    { "openat", { 0, 0, 0200000, 06755 }, 0 },
    { "mknod", { 0, 0100644, 0 }, 0 },
    { "mknod", { 0, 0644, 0 }, 0 },
    { "mknod", { 0, 0010644, 0 }, 0 },
    { "mknod", { 0, 0140755, 0 }, 0 },
    { "mknod", { 0, 0120644, 0 }, 0 }, /* the kernel refuses it by itself */
    { "mknod", { 0, S_IFCHR_MODE | 0666, 0 }, EPERM },
    { "mknod", { 0, S_IFBLK_MODE | 0666, 0x800 }, EPERM },
    { "mknod", { 0, JUNK | S_IFBLK_MODE, 0x800 }, EPERM },
    { "mknod", { 0, 0104755, 0 }, EPERM },
    { "mknodat", { 0, 0, 0010644, 0 }, 0 },
    { "mknodat", { 0, 0, 0120644, 0 }, 0 },
    { "mknodat", { 0, 0, S_IFCHR_MODE, 0 }, EPERM },
    { "mknodat", { 0, 0, S_IFBLK_MODE | 0600, 0 }, EPERM },
    { "mknodat", { 0, 0, 0106755, 0 }, EPERM },
    { "personality", { 0 }, 0 },
    { "personality", { JUNK }, 0 },
    { "personality", { 0xffffffff }, 0 },
    { "personality", { ~0ULL }, 0 },
    { "personality", { 1 }, EPERM },
    { "personality", { 8 }, EPERM },
    { "personality", { 0x40000 }, EPERM },
    { "personality", { 0x400000 }, EPERM },
    { "personality", { 0xfffffffe }, EPERM },
    { "prctl", { 34 }, 0 },
    { "prctl", { 35, 8 }, EPERM },
    { "prctl", { JUNK | 35, 8 }, EPERM },
    { "prctl", { 36 }, 0 },
    { "prctl", { 38, 1 }, 0 },
    { "prctl", { 22, 2 }, 0 },
};

static void check_conditional(const struct target *target)
{
    for (size_t i = 0; i < ARRAY_SIZE(conditional); i++) {
        uint32_t number;
        int got;

        if (!number_of(target, conditional[i].name, &number))
            continue;
        got = denied_with(target, number, conditional[i].arguments);
        if (got != conditional[i].errnum)
            fail_msg("row %zu: %s(%#llx, %#llx, %#llx, %#llx): errno %d, not %d", i,
                     conditional[i].name, (unsigned long long)conditional[i].arguments[0],
                     (unsigned long long)conditional[i].arguments[1],
                     (unsigned long long)conditional[i].arguments[2],
                     (unsigned long long)conditional[i].arguments[3], got, conditional[i].errnum);
    }
}

static void test_denylist_conditional_rows_as_expected(void **state)
{
    (void)state;
    for_all_targets(check_conditional);
}

static const uint32_t foreign[] = {
    AUDIT_ARCH_I386,  AUDIT_ARCH_ARM,         AUDIT_ARCH_PPC64LE,
    AUDIT_ARCH_S390X, AUDIT_ARCH_MIPSEL64N32, 0,
};

static void check_other_abis(const struct target *target)
{
    static const uint32_t numbers[] = { 0, 1, 20, 39, 102, 120, 435, 469, 470, UINT32_MAX };

    for (size_t i = 0; i < ARRAY_SIZE(foreign); i++)
        for (size_t j = 0; j < ARRAY_SIZE(numbers); j++) {
            assert_int_equal(errno_of(target->denylist, foreign[i], numbers[j], no_arguments),
                             ENOSYS);
            assert_int_equal(errno_of(target->enosys, foreign[i], numbers[j], no_arguments),
                             ENOSYS);
        }
    for (uint32_t number = X32_BIT; number < X32_BIT + 600; number++)
        assert_int_equal(denied_with(target, number, no_arguments), ENOSYS);
}

static void test_denylist_other_abis_unknown(void **state)
{
    (void)state;
    for_all_targets(check_other_abis);
    assert_int_equal(errno_of(&denylist_x86_64, AUDIT_ARCH_AARCH64, 63, no_arguments), ENOSYS);
    assert_int_equal(errno_of(&denylist_aarch64, AUDIT_ARCH_X86_64, 0, no_arguments), ENOSYS);
}

static void check_beyond(const struct target *target)
{
    static const uint32_t numbers[] = { 470,        471,        1000,          X32_BIT - 1,
                                        0x7fffffff, 0x80000000, UINT32_MAX - 1 };

    assert_int_equal(denied_with(target, 469, no_arguments), 0);
    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
        assert_int_equal(denied_with(target, numbers[i], no_arguments), ENOSYS);
    /* The number by which a tracer, who is outside, skips a call. */
    assert_int_equal(denied_with(target, UINT32_MAX, no_arguments), 0);
}

static void test_denylist_calls_beyond_the_table_unknown(void **state)
{
    (void)state;
    for_all_targets(check_beyond);
}

/* Of every call that the denylist answers with ENOSYS whatever its arguments, and of no other. */
static void check_enosys_layer(const struct target *target)
{
    static const uint64_t ones[6] = { ~0ULL, ~0ULL, ~0ULL, ~0ULL, ~0ULL, ~0ULL };

    for (uint32_t number = 0; number < 600; number++) {
        int expected = denied_with(target, number, no_arguments) == ENOSYS ? ENOSYS : 0;

        assert_int_equal(errno_of(target->enosys, target->architecture, number, no_arguments),
                         expected);
        assert_int_equal(errno_of(target->enosys, target->architecture, number, ones), expected);
    }
    assert_int_equal(errno_of(target->enosys, target->architecture, X32_BIT | 1, no_arguments),
                     ENOSYS);
}

static void test_denylist_enosys_layer_agrees(void **state)
{
    (void)state;
    for_all_targets(check_enosys_layer);
}

static void check_size(const struct target *target)
{
    print_message("denylist: %u instructions, ENOSYS layer: %u\n", target->denylist->n_instructions,
                  target->enosys->n_instructions);
    assert_in_range(target->denylist->n_instructions, 50, 200);
    assert_in_range(target->enosys->n_instructions, 5, 40);
}

static void test_denylist_small_enough(void **state)
{
    (void)state;
    for_all_targets(check_size);
}

/* What the runtime installs is what was tested here. */
static void test_denylist_native_program_chosen(void **state)
{
    const struct target *native = &targets[SUPPORT_NATIVE == AUDIT_ARCH_AARCH64];

    (void)state;
    assert_int_equal(filter_denylist()->n_instructions, native->denylist->n_instructions);
    assert_memory_equal(filter_denylist()->instructions, native->denylist->instructions,
                        native->denylist->n_instructions * sizeof(struct sock_filter));
    assert_int_equal(filter_enosys()->n_instructions, native->enosys->n_instructions);
    assert_memory_equal(filter_enosys()->instructions, native->enosys->instructions,
                        native->enosys->n_instructions * sizeof(struct sock_filter));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_denylist_plain_rows_as_expected),
        cmocka_unit_test(test_denylist_conditional_rows_as_expected),
        cmocka_unit_test(test_denylist_other_abis_unknown),
        cmocka_unit_test(test_denylist_calls_beyond_the_table_unknown),
        cmocka_unit_test(test_denylist_enosys_layer_agrees),
        cmocka_unit_test(test_denylist_small_enough),
        cmocka_unit_test(test_denylist_native_program_chosen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
