/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a command and lets one system call of one of its processes fail, or kills the process there.
 *
 *   inject --report FILE [--attach PID] [--list] [--process N --call K | --every NR]
 *          [--errno E | --kill] [--waits NR]... -- COMMAND...
 *
 * Process 0 is the command, 1 the first process that it makes (or PID), and so on. Calls of a
 * process are counted from 1, after the command's execve; a process other than 0 is let go when it
 * executes a program. --every lets each call of number NR fail, in all processes.
 *
 * FILE gets one fact a line:
 *   call PROCESS NR    with --list, each call; else the one that failed, once
 *   late               it failed when every process but the command had already ended or was let go
 *   exit STATUS        how the command ended, or "signal NUMBER", or "hangs" (it was killed)
 *   waits PID          outlived the command in a call of --waits
 *   left PID           outlived the command by END_S seconds otherwise (it was killed)
 * The exit status is 0 unless the tool itself failed.
 */
#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Far longer than what it takes, so that a busy machine changes nothing. */
#define HANG_S        30
#define END_S         10
#define MAX_PROCESSES 64
#define MAX_WAITS     8

struct process {
    pid_t pid;
    long n_calls;
    long call;
    bool fails;
    bool executed;
    bool ended;
};

static struct process processes[MAX_PROCESSES];
static int n_processes;
static FILE *report;
static volatile sig_atomic_t alarmed;

static struct {
    int process;
    long call;
    long every;
    long errnum;
    bool kill;
    bool list;
    pid_t attach;
    long waits[MAX_WAITS];
    int n_waits;
} options = { .process = -1, .every = -1 };

static void die(const char *what)
{
    fprintf(stderr, "inject: %s: %s\n", what, strerror(errno));
    exit(125);
}

static void on_alarm(int signal_number)
{
    (void)signal_number;
    alarmed = 1;
}

static struct process *find(pid_t pid)
{
    for (int i = 0; i < n_processes; i++)
        if (processes[i].pid == pid && !processes[i].ended)
            return &processes[i];
    if (n_processes == MAX_PROCESSES)
        die("too many processes");
    processes[n_processes] = (struct process){ .pid = pid };
    return &processes[n_processes++];
}

/* --- registers ------------------------------------------------------------------------------ */

#if defined(__x86_64__)

/* A call that always works takes the place of one that is to fail, so that no filter objects. */
static void replace_call(pid_t pid)
{
    ptrace(PTRACE_POKEUSER, pid, offsetof(struct user_regs_struct, orig_rax), SYS_getpid);
}

static void set_result(pid_t pid, long result)
{
    ptrace(PTRACE_POKEUSER, pid, offsetof(struct user_regs_struct, rax), result);
}

#elif defined(__aarch64__)

static void replace_call(pid_t pid)
{
    int number = SYS_getpid;
    struct iovec part = { &number, sizeof number };

    ptrace(PTRACE_SETREGSET, pid, NT_ARM_SYSTEM_CALL, &part);
}

static void set_result(pid_t pid, long result)
{
    struct user_regs_struct registers;
    struct iovec part = { &registers, sizeof registers };

    ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &part);
    registers.regs[0] = (unsigned long)result;
    ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &part);
}

#else
#error "unknown architecture"
#endif

/* --- calls ---------------------------------------------------------------------------------- */

static bool is_chosen(const struct process *process)
{
    if (options.every >= 0)
        return process->call == options.every;
    return process - processes == options.process && process->n_calls == options.call;
}

static void tell_fault(const struct process *process)
{
    bool late = process == processes && n_processes > 1;

    fprintf(report, "call %d %ld\n", (int)(process - processes), process->call);
    for (int i = 1; i < n_processes; i++)
        late = late && processes[i].ended;
    if (late)
        fprintf(report, "late\n");
}

static void enter_call(struct process *process)
{
    process->n_calls++;
    if (options.list)
        fprintf(report, "call %d %ld\n", (int)(process - processes), process->call);
    if (options.list || !is_chosen(process))
        return;
    if (options.every < 0)
        tell_fault(process);
    if (options.kill) {
        kill(process->pid, SIGKILL);
        return;
    }
    process->fails = true;
    /* close(2) always closes, whatever it returns. */
    if (process->call != SYS_close)
        replace_call(process->pid);
}

static void handle_call(struct process *process)
{
    struct __ptrace_syscall_info info;

    if (ptrace(PTRACE_GET_SYSCALL_INFO, process->pid, sizeof info, &info) < 0)
        return;
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
        process->call = (long)info.entry.nr;
        /* The kernel's own way to go on with a call that the attaching has disturbed. */
        if (process->call != SYS_restart_syscall)
            enter_call(process);
    } else if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
        if (process->fails)
            set_result(process->pid, -options.errnum);
        process->fails = false;
        process->call = -1;
    }
}

/* --- processes ------------------------------------------------------------------------------ */

static bool is_command(const struct process *process)
{
    return process == processes;
}

static void let_go(struct process *process, int signal_number)
{
    ptrace(PTRACE_DETACH, process->pid, NULL, (long)signal_number);
    process->ended = true;
}

static void handle_stop(struct process *process, int status)
{
    int event = status >> 16;
    int signal_number = WSTOPSIG(status);
    long deliver = 0;

    if (event == PTRACE_EVENT_EXEC) {
        if (!is_command(process)) {
            let_go(process, 0);
            return;
        }
        process->executed = true;
    } else if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK ||
               event == PTRACE_EVENT_CLONE) {
        unsigned long child = 0;

        if (ptrace(PTRACE_GETEVENTMSG, process->pid, NULL, &child) == 0)
            find((pid_t)child);
    } else if (signal_number == (SIGTRAP | 0x80)) {
        if (!is_command(process) || process->executed)
            handle_call(process);
    } else if (event == 0) {
        deliver = signal_number;
    }
    ptrace(PTRACE_SYSCALL, process->pid, NULL, deliver);
}

/* Serve the processes until the command has ended or, after that, all have. */
static void serve(bool until_all_ended, int limit_s)
{
    struct itimerspec limit = { .it_value = { .tv_sec = limit_s } };
    timer_t timer;
    pid_t pid;
    int status;

    alarmed = 0;
    if (timer_create(CLOCK_MONOTONIC, NULL, &timer) < 0 ||
        timer_settime(timer, 0, &limit, NULL) < 0)
        die("timer");
    while (!alarmed) {
        struct process *process;

        pid = waitpid(-1, &status, __WALL);
        if (pid < 0 && errno == EINTR)
            continue;
        if (pid < 0)
            break;
        process = find(pid);
        if (WIFSTOPPED(status)) {
            handle_stop(process, status);
            continue;
        }
        process->ended = true;
        if (is_command(process)) {
            fprintf(report, WIFEXITED(status) ? "exit %d\n" : "signal %d\n",
                    WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
            if (!until_all_ended)
                break;
        }
    }
    timer_delete(timer);
}

static bool is_waiting(const struct process *process)
{
    for (int i = 0; i < options.n_waits; i++)
        if (process->call == options.waits[i])
            return true;
    return false;
}

static bool all_ended_or_wait(void)
{
    for (int i = 0; i < n_processes; i++)
        if (!processes[i].ended && !is_waiting(&processes[i]))
            return false;
    return true;
}

/* Detach from a process that runs: it has to be stopped first. */
static void release(struct process *process)
{
    int status;

    ptrace(PTRACE_INTERRUPT, process->pid, NULL, NULL);
    if (waitpid(process->pid, &status, __WALL) == process->pid && WIFSTOPPED(status)) {
        bool is_signal = status >> 16 == 0 && WSTOPSIG(status) != (SIGTRAP | 0x80);

        let_go(process, is_signal ? WSTOPSIG(status) : 0);
    }
    process->ended = true;
}

/* What outlives the command gets time to end by itself, or to come to where it may wait. */
static void serve_the_rest(void)
{
    for (int waited = 0; waited < END_S && !all_ended_or_wait(); waited++)
        serve(true, 1);
    for (int i = 0; i < n_processes; i++) {
        struct process *process = &processes[i];

        if (process->ended)
            continue;
        fprintf(report, "%s %d\n", is_waiting(process) ? "waits" : "left", (int)process->pid);
        if (!is_waiting(process))
            kill(process->pid, SIGKILL);
        else
            release(process);
    }
    while (!all_ended_or_wait())
        serve(true, 1);
}

/* --- start ---------------------------------------------------------------------------------- */

static void seize(pid_t pid)
{
    const long flags = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                       PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;

    if (ptrace(PTRACE_SEIZE, pid, NULL, flags) < 0)
        die("seize");
    find(pid);
}

static void start(char **command)
{
    int ready[2];
    char byte = 0;
    pid_t pid;

    if (pipe(ready) < 0)
        die("pipe");
    pid = fork();
    if (pid < 0)
        die("fork");
    if (pid == 0) {
        close(ready[1]);
        if (read(ready[0], &byte, 1) != 1)
            _exit(125);
        close(ready[0]);
        fclose(report);
        execv(command[0], command);
        _exit(125);
    }
    close(ready[0]);
    seize(pid);
    if (options.attach > 0) {
        seize(options.attach);
        ptrace(PTRACE_INTERRUPT, options.attach, NULL, NULL);
    }
    if (write(ready[1], &byte, 1) != 1)
        die("write");
    close(ready[1]);
    /* The command runs freely up to its execve, which is an event. */
}

static char **parse(char **arguments)
{
    for (; *arguments && strcmp(*arguments, "--") != 0; arguments++) {
        const char *name = *arguments;

        if (!strcmp(name, "--list"))
            options.list = true;
        else if (!strcmp(name, "--kill"))
            options.kill = true;
        else if (!*++arguments)
            exit(125);
        else if (!strcmp(name, "--report"))
            report = fopen(*arguments, "we");
        else if (!strcmp(name, "--process"))
            options.process = atoi(*arguments);
        else if (!strcmp(name, "--call"))
            options.call = atol(*arguments);
        else if (!strcmp(name, "--every"))
            options.every = atol(*arguments);
        else if (!strcmp(name, "--errno"))
            options.errnum = atol(*arguments);
        else if (!strcmp(name, "--attach"))
            options.attach = atoi(*arguments);
        else if (!strcmp(name, "--waits") && options.n_waits < MAX_WAITS)
            options.waits[options.n_waits++] = atol(*arguments);
        else
            exit(125);
    }
    if (!report || !*arguments || !arguments[1])
        exit(125);
    return arguments + 1;
}

int main(int argc, char **argv)
{
    char **command = argc > 1 ? parse(argv + 1) : NULL;
    struct sigaction action = { .sa_handler = on_alarm };

    if (!command)
        return 125;
    sigaction(SIGALRM, &action, NULL);
    /* Orphans come to us. */
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    start(command);
    serve(false, HANG_S);
    if (!processes[0].ended) {
        fprintf(report, "hangs\n");
        for (int i = 0; i < n_processes; i++)
            if (!processes[i].ended)
                kill(processes[i].pid, SIGKILL);
    }
    serve_the_rest();
    return fclose(report) == 0 ? 0 : 125;
}
