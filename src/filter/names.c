/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/filter/names.h"

#include <linux/audit.h>
#include <seccomp.h>
#include <string.h>

#include "agentrun/base/scope.h"
#include "agentrun/filter/filter.h"

#define X32_BIT 0x40000000

#define I386_SOCKETCALL 102
#define I386_IPC        117

/* libseccomp's numbers for calls that hide behind a multiplexer: -100 - selector, -200 - selector.
 */
#define SOCKET_FIRST (-101)
#define SOCKET_LAST  (-120)
#define IPC_FIRST    (-201)
#define IPC_LAST     (-224)

/* Calls that the oldest libseccomp we build with does not know. From 424 up the numbers are the
 * same on every architecture. */
static const struct new_call {
    const char *name;
    int number;
    uint32_t architecture; /* 0: all */
} new_calls[] = {
    { "uretprobe", 335, AUDIT_ARCH_X86_64 },
    { "uprobe", 336, AUDIT_ARCH_X86_64 },
    { "process_madvise", 440, 0 },
    { "epoll_pwait2", 441, 0 },
    { "mount_setattr", 442, 0 },
    { "quotactl_fd", 443, 0 },
    { "landlock_create_ruleset", 444, 0 },
    { "landlock_add_rule", 445, 0 },
    { "landlock_restrict_self", 446, 0 },
    { "memfd_secret", 447, 0 },
    { "process_mrelease", 448, 0 },
    { "futex_waitv", 449, 0 },
    { "set_mempolicy_home_node", 450, 0 },
    { "cachestat", 451, 0 },
    { "fchmodat2", 452, 0 },
    { "map_shadow_stack", 453, 0 },
    { "futex_wake", 454, 0 },
    { "futex_wait", 455, 0 },
    { "futex_requeue", 456, 0 },
    { "statmount", 457, 0 },
    { "listmount", 458, 0 },
    { "lsm_get_self_attr", 459, 0 },
    { "lsm_set_self_attr", 460, 0 },
    { "lsm_list_modules", 461, 0 },
    { "mseal", 462, 0 },
    { "setxattrat", 463, 0 },
    { "getxattrat", 464, 0 },
    { "listxattrat", 465, 0 },
    { "removexattrat", 466, 0 },
    { "open_tree_attr", 467, 0 },
    { "file_getattr", 468, 0 },
    { "file_setattr", 469, 0 },
    { "listns", 470, 0 },
};

/* libseccomp tells only how to reach these through the multiplexers (asm/unistd_32.h). */
static const struct {
    const char *name;
    int number;
} i386_direct_calls[] = {
    { "recvmmsg", 337 },   { "sendmmsg", 345 },   { "socket", 359 },      { "socketpair", 360 },
    { "bind", 361 },       { "connect", 362 },    { "listen", 363 },      { "accept4", 364 },
    { "getsockopt", 365 }, { "setsockopt", 366 }, { "getsockname", 367 }, { "getpeername", 368 },
    { "sendto", 369 },     { "sendmsg", 370 },    { "recvfrom", 371 },    { "recvmsg", 372 },
    { "shutdown", 373 },   { "semget", 393 },     { "semctl", 394 },      { "shmget", 395 },
    { "shmctl", 396 },     { "shmat", 397 },      { "shmdt", 398 },       { "msgget", 399 },
    { "msgsnd", 400 },     { "msgrcv", 401 },     { "msgctl", 402 },
};

static bool is_x32(uint32_t architecture)
{
    return (architecture & FILTER_X32) != 0;
}

static bool resolve_new(uint32_t architecture, const char *name, int *out_number)
{
    for (size_t i = 0; i < ARRAY_SIZE(new_calls); i++) {
        const struct new_call *call = &new_calls[i];

        if (strcmp(call->name, name) != 0)
            continue;
        if (call->architecture && call->architecture != architecture)
            return false;
        *out_number = is_x32(architecture) ? call->number | X32_BIT : call->number;
        return true;
    }
    return false;
}

/* The number that i386 has for a multiplexed call besides, -1 for none. */
static int direct_number(const char *name)
{
    for (size_t i = 0; i < ARRAY_SIZE(i386_direct_calls); i++)
        if (strcmp(i386_direct_calls[i].name, name) == 0)
            return i386_direct_calls[i].number;
    return -1;
}

bool names_resolve(uint32_t architecture, const char *name, struct names_call *out_call)
{
    uint32_t token = is_x32(architecture) ? SCMP_ARCH_X32 : architecture;
    int number = seccomp_syscall_resolve_name_arch(token, name);

    if (number == __NR_SCMP_ERROR && !resolve_new(architecture, name, &number))
        return false;
    if (number >= 0) {
        *out_call = (struct names_call){ .number = number, .multiplexer = -1 };
        return true;
    }
    if (token != AUDIT_ARCH_I386)
        return false;
    if (number <= SOCKET_FIRST && number >= SOCKET_LAST)
        *out_call = (struct names_call){ .multiplexer = I386_SOCKETCALL,
                                         .selector = (uint32_t)(SOCKET_FIRST + 1 - number) };
    else if (number <= IPC_FIRST && number >= IPC_LAST)
        *out_call = (struct names_call){ .multiplexer = I386_IPC,
                                         .selector = (uint32_t)(IPC_FIRST + 1 - number) };
    else
        return false;
    out_call->number = direct_number(name);
    return true;
}
