#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Faults at every system call of a command, through tests/fault/inject.

    faults.py WORK fail|kill|old SCENARIO...

WORK holds bundle-0, bundle-1, ...: one for each run that goes on at the same moment, with cgroups
of its own. For each scenario the calls of its processes are listed first; then the command runs
once more for each call of each process and each way to fail (kill: with that process killed
there; old: for each call that an older kernel lacks), and is judged. Prints "ok NAME" for each
process and name of a call, or "not ok NAME" and what was wrong, indented.
"""
import collections
import concurrent.futures
import errno
import json
import os
import queue
import re
import select
import subprocess
import sys

AGENTRUN = os.environ["AGENTRUN"]
INJECT = os.environ["INJECT"]
ID = "box"
# How a call may fail. ENOSYS is an older kernel: the other way must be as good.
ERRORS = [errno.ENOMEM, errno.EPERM, errno.EIO, errno.EINTR, errno.ENOSYS]
KILL, OLD = "kill", "old"
# What an older kernel may not have, from Linux 5.1 on.
NEW_CALLS = ["clone3", "close_range", "execveat", "faccessat2", "fsconfig", "fsmount", "fsopen",
             "landlock_create_ruleset", "landlock_restrict_self", "memfd_create", "mount_setattr",
             "move_mount", "open_tree", "open_tree_attr", "openat2", "pidfd_getfd", "pidfd_open",
             "pidfd_send_signal", "renameat2", "statx"]
MAX_SHOWN = 12


def read_call_numbers():
    text = subprocess.run(["cc", "-E", "-dM", "-x", "c", "-include", "sys/syscall.h", "/dev/null"],
                          check=True, capture_output=True, text=True).stdout
    # Newer than many headers; the same number everywhere.
    return {467: "open_tree_attr"} | {
        int(number): name for name, number in re.findall(r"#define __NR_(\w+) (\d+)\s", text)}


CALL_NAMES = read_call_numbers()
CALL_NUMBERS = {name: number for number, name in CALL_NAMES.items()}


# These always succeed: their callers do not look.
NEVER_FAIL = {"getpid", "gettid", "getppid", "getuid", "geteuid", "getgid", "getegid", "umask",
              "exit", "exit_group"}

# --- one place for one run ------------------------------------------------------------------------

class Slot:
    """A state directory, a bundle and a cgroup that nobody else uses at the moment."""

    def __init__(self, work, number):
        self.directory = work
        self.bundle = f"{work}/bundle-{number}"
        self.root = f"{work}/root-{number}"
        self.prefix = f"{work}/slot-{number}"
        with open(f"{self.bundle}/config.json") as file:
            self.cgroup = json.load(file)["linux"]["cgroupsPath"]

    def agentrun(self, *arguments):
        """Without a fault: exit status, standard output, standard error."""
        return self.execute([AGENTRUN, "--root", self.root, *arguments], "plain")

    def execute(self, command, name):
        # Files, not pipes: a container inherits them, and outlives the command.
        out, err = f"{self.prefix}.{name}.out", f"{self.prefix}.{name}.err"
        with open(out, "w") as stdout, open(err, "w") as stderr:
            status = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=stdout,
                                    stderr=stderr, check=False).returncode
        return status, self.text(name, "out"), self.text(name, "err")

    def text(self, name, kind):
        with open(f"{self.prefix}.{name}.{kind}", errors="replace") as file:
            return file.read()

    def status(self):
        status, out, _ = self.agentrun("state", ID)
        return json.loads(out)["status"] if status == 0 else None

    def pid(self):
        return json.loads(self.agentrun("state", ID)[1])["pid"]

    def phase(self):
        """What state.json says; None if it does not (yet) say anything."""
        try:
            with open(f"{self.root}/{ID}/state.json") as file:
                return json.load(file)["phase"]
        except (FileNotFoundError, ValueError):
            return None

    def cgroups(self):
        base = "/sys/fs/cgroup"
        parents = [base] + [f"{base}/{name}" for name in os.listdir(base)]
        return [parent + self.cgroup for parent in parents if os.path.isdir(parent + self.cgroup)]

    def leftovers(self):
        found = [f"state {name}" for name in os.listdir(self.root) if not name.startswith(".")] \
            if os.path.isdir(self.root) else []
        found += [f"cgroup {path}" for path in self.cgroups()]
        with open("/proc/self/mountinfo") as file:
            found += [f"mount {line.split()[4]}" for line in file
                      if line.split()[4].startswith(f"{self.directory}/")]
        return found

    def n_processes(self):
        """In the container."""
        for path in self.cgroups():
            try:
                with open(f"{path}/cgroup.procs") as file:
                    return len(file.read().split())
            except OSError:
                pass
        return 0

    def remove(self):
        """delete --force; what it could not do as a list."""
        status, _, err = self.agentrun("delete", "--force", ID)
        found = self.leftovers()
        problems = [f"delete --force ends with {status}: {err.strip()}"] if status else []
        if found:
            problems.append(f"left after delete --force: {', '.join(found)}")
        return problems


class Outcome:
    """Of one command with one fault."""

    def __init__(self, report, out, err):
        facts = [line.split() for line in report.splitlines()]
        self.calls = [(int(fact[1]), int(fact[2])) for fact in facts if fact[0] == "call"]
        self.reached = bool(self.calls)
        self.late = ["late"] in facts
        self.hangs = ["hangs"] in facts
        self.waits = any(fact[0] == "waits" for fact in facts)
        self.left = [fact[1] for fact in facts if fact[0] == "left"]
        self.status = next((int(fact[1]) for fact in facts if fact[0] == "exit"), None)
        self.killed = any(fact[0] == "signal" for fact in facts)
        self.out, self.err = out, err.strip()
        self.name = CALL_NAMES.get(self.calls[0][1]) if self.calls else None


def inject(slot, scenario, *options):
    report = f"{slot.prefix}.report"
    command = [INJECT, "--report", report, *scenario.inject_options(slot)]
    for name in ("poll", "ppoll", "restart_syscall"):
        if name in CALL_NUMBERS:
            command += ["--waits", str(CALL_NUMBERS[name])]
    command += [*options, "--", AGENTRUN, "--root", slot.root, *scenario.command(slot)]
    status, out, err = slot.execute(command, "fault")
    if status != 0:
        raise RuntimeError(f"inject ends with {status}: {err}")
    with open(report) as file:
        return Outcome(file.read(), out, err)


# --- what is compared -----------------------------------------------------------------------------

VOLATILE_STATUS = re.compile(r"^(Vm|Rss|Hugetlb|FDSize|TracerPid|.*ctxt_switches|SigQ|Pid|Tgid"
                             r"|NS.*id$|State|PPid|untag_mask)")


def strength(text):
    """The report of the probe and what stands before it, without what differs between two runs."""
    lines = text.splitlines()
    try:
        report = json.loads(lines[-1])
    except (IndexError, ValueError):
        return {"no report": text[-400:]}
    report["before"] = lines[:-1]
    report["status"] = {key: value for key, value in report["status"].items()
                        if not VOLATILE_STATUS.match(key)}
    # Without the ids of the mount and its parent, the device, and the numbers of peer groups.
    report["mountinfo"] = sorted(
        re.sub(r"(shared|master):\d+", r"\1", re.sub(r"^\d+ \d+ \d+:\d+ ", "", line))
        for line in report["mountinfo"])
    # Namespaces by whether they are the host's.
    report["namespaces"] = {
        name: "host" if os.path.exists(f"/proc/self/ns/{name}") and
        os.readlink(f"/proc/self/ns/{name}") == link else "own"
        for name, link in report["namespaces"].items()}
    report["sid"] = "own" if report["sid"] == report["pid"] else "other"
    for key in ("pid", "fds", "ppid"):
        report.pop(key, None)
    return report


def difference(have, want):
    """What differs, without what is the same."""
    if isinstance(have, dict) and isinstance(want, dict):
        keys = sorted(key for key in set(have) | set(want) if have.get(key) != want.get(key))
        return "; ".join(f"{key}: {difference(have.get(key), want.get(key))}" for key in keys)
    if isinstance(have, list) and isinstance(want, list):
        return f"more: {[item for item in have if item not in want]}, " \
               f"less: {[item for item in want if item not in have]}"
    return f"{have!r} instead of {want!r}"


def check_error(outcome, statuses=(1,)):
    """A failure is one line of words with its reason, and a status that says so."""
    problems = []
    # Before the command line is read nobody knows which status the command has.
    if outcome.err == "out of memory":
        statuses = (1,)
    if outcome.status not in statuses:
        problems.append(f"exit status {outcome.status}")
    lines = outcome.err.splitlines()
    if len(lines) != 1 or not re.search(r"[a-z]{3}.* [a-z]{2}", outcome.err):
        problems.append(f"not one clear line of error: {outcome.err[:300]!r}")
    return problems


def check_end(outcome):
    problems = ["hangs"] if outcome.hangs else []
    if outcome.left:
        problems.append("a process outlives it")
    return problems


# --- scenarios ------------------------------------------------------------------------------------

class Scenario:
    """One command; the methods say what is right when it fails."""

    name = ""
    only_runtime = False
    error_statuses = (1,)

    def __init__(self):
        self.baseline = None
        self.n_start_calls = 0
        self.init = None
        self.last_message = 0
        self.go = 0

    def inject_options(self, _slot):
        return []

    def command(self, slot):
        raise NotImplementedError

    def prepare(self, slot):
        """Before each run."""

    def judge_failure(self, slot, outcome):
        """One call has failed: the problems."""
        raise NotImplementedError

    def judge_kill(self, slot, outcome, process):
        """One process was killed: the problems."""
        raise NotImplementedError

    def finish(self, slot):
        """After each run; the problems."""
        return slot.remove()

    def learn(self, calls, outcome):
        """From a run without a fault: what its program saw, and where what begins."""
        if not self.only_runtime:
            self.baseline = strength(outcome.out)
        names = [CALL_NAMES.get(number, str(number)) for process, number in calls if process == 0]
        self.n_start_calls = names.index("mprotect") + 1 if "mprotect" in names else 0
        # Between it and P there may be helpers, which do little.
        n_calls = collections.Counter(process for process, _ in calls if process != 0)
        self.init = n_calls.most_common(1)[0][0] if n_calls else None
        of_init = [CALL_NAMES.get(number) for process, number in calls if process == self.init]
        received = [i for i, name in enumerate(of_init, 1) if name == "recvmsg"]
        self.last_message = received[-1] if received else 0
        # From here on the program may run.
        sent = [i for i, name in enumerate(names, 1) if name == "sendmsg"]
        self.go = sent[-1] if sent else 0

    def process_name(self, process):
        return "P" if process == 0 else "I" if process == self.init else "helper"

    def may_have_run(self, outcome):
        return outcome.late or (outcome.process == 0 and outcome.call > self.go)


class Run(Scenario):
    name = "run"

    def command(self, slot):
        return ["run", "--bundle", slot.bundle, ID]

    def judge_failure(self, slot, outcome):
        if outcome.status == 0:
            problems = self.check_strength(outcome.out, outcome)
        else:
            problems = check_error(outcome, self.error_statuses)
            if outcome.out and not self.may_have_run(outcome):
                problems.append("the program has run")
        found = slot.leftovers()
        # What could not be removed after the end stays in the list of containers, to be deleted.
        if found and not (outcome.late and outcome.status != 0):
            problems.append(f"left: {', '.join(found)}")
        return problems

    def check_strength(self, text, outcome=None):
        have = strength(text)
        if outcome and outcome.reached:
            self.forgive(outcome, have)
        return [] if have == self.baseline else [f"weaker: {difference(have, self.baseline)}"]

    def forgive(self, outcome, report):
        """Differences that are right for the call that failed."""
        filters = report.get("status", {}).get("Seccomp_filters")
        if outcome.name == "seccomp" and HAS_PROFILE and filters is not None:
            # Behind a caller's profile, which may forbid it, the ENOSYS layer is best effort.
            want = self.baseline["status"]["Seccomp_filters"]
            if int(filters) == int(want) - 1 and int(want) == 3:
                report["status"]["Seccomp_filters"] = want
        if outcome.name == "mknodat":
            # Where nodes may not be made, those of the host are bound, as closed as /dev is.
            report["mountinfo"] = sorted(
                re.sub(r"^/null (/proc/\S+ rw,nosuid,noexec).* - devtmpfs .*", self.own_null, line)
                for line in report["mountinfo"]
                if not re.match(r"/(\w+) /dev/\1 rw,nosuid,noexec\S* - devtmpfs ", line))

    def own_null(self, found):
        return next((line for line in self.baseline["mountinfo"]
                     if line.startswith(f"/null {found[1]}")), found[0])

    def judge_kill(self, slot, outcome, process):
        if process != 0:
            # After the last message its end is the program's.
            if outcome.call > self.last_message and outcome.status == 137:
                problems = []
            else:
                problems = check_error(outcome)
            found = slot.leftovers()
            return problems + ([f"left: {', '.join(found)}"] if found else [])
        return self.judge_orphan(slot, outcome)

    def judge_orphan(self, slot, outcome):
        problems = [] if outcome.killed else [f"not killed: {outcome.status}"]
        status, _, err = slot.agentrun("list")
        if status != 0:
            problems.append(f"list ends with {status}: {err.strip()}")
        if outcome.waits:
            problems += self.start_orphan(slot)
        if slot.phase() in (None, "creating") and not outcome.late:
            problems += self.create_again(slot)
        return problems

    @staticmethod
    def start_orphan(slot):
        """What waits at the gate can be started."""
        status, _, err = slot.agentrun("start", ID)
        return [f"start ends with {status}: {err.strip()}"] if status else []

    @staticmethod
    def create_again(slot):
        status, _, err = slot.agentrun("create", "--bundle", slot.bundle, ID)
        if status != 0:
            return [f"create of the same id ends with {status}: {err.strip()}"]
        if slot.status() != "created":
            return [f"after create of the same id the container is {slot.status()}"]
        return []


class RunCold(Run):
    """With a filter cache that is still to be filled."""

    name = "run with a cold cache"

    def prepare(self, slot):
        subprocess.run(["rm", "-rf", f"{slot.root}/.seccomp"], check=True)


class Create(Run):
    name = "create"

    def command(self, slot):
        return ["create", "--bundle", slot.bundle, "--pid-file", f"{slot.prefix}.pid", ID]

    def judge_failure(self, slot, outcome):
        if outcome.status != 0:
            problems = check_error(outcome)
            found = slot.leftovers()
            if os.path.exists(f"{slot.prefix}.pid"):
                found.append("pid file")
            return problems + ([f"left: {', '.join(found)}"] if found else [])
        if slot.status() == "stopped" and outcome.process == self.init:
            return []
        status, _, err = slot.agentrun("start", ID)
        if status != 0:
            return [f"start ends with {status}: {err.strip()}"]
        wait_for_end(slot)
        return self.check_strength(slot.text("fault", "out"), outcome)

    def judge_kill(self, slot, outcome, process):
        if process == 0:
            return self.judge_orphan(slot, outcome)
        if outcome.status == 0:
            return [] if slot.status() == "stopped" else [f"the container is {slot.status()}"]
        return super().judge_kill(slot, outcome, process)

    def finish(self, slot):
        problems = slot.remove()
        if os.path.exists(f"{slot.prefix}.pid"):
            os.unlink(f"{slot.prefix}.pid")
        return problems


def wait_for_end(slot):
    """The program ends by itself; wait until it has."""
    pid = slot.pid()
    if pid > 0:
        try:
            handle = os.pidfd_open(pid)
        except ProcessLookupError:
            return
        select.select([handle], [], [], 10)
        os.close(handle)


class Start(Run):
    """Process 1 is the waiting init."""

    name = "start"

    def inject_options(self, slot):
        return ["--attach", str(slot.pid())]

    def command(self, slot):
        return ["start", ID]

    def prepare(self, slot):
        status, _, err = slot.execute([AGENTRUN, "--root", slot.root, "create", "--bundle",
                                       slot.bundle, ID], "program")
        if status != 0:
            raise RuntimeError(f"create ends with {status}: {err}")

    def judge_failure(self, slot, outcome):
        problems = [] if outcome.status == 0 else check_error(outcome)
        if slot.status() == "created":
            if outcome.status == 0:
                return ["start succeeds, but the container is still created"]
            return problems + self.start_again(slot)
        wait_for_end(slot)
        text = self.program_output(slot)
        # A start that fails after the program was let go kills it, perhaps in the middle of its
        # report; a whole report has to be as strong as ever.
        if outcome.status == 0 or text.rstrip().endswith("}"):
            problems += self.check_strength(text, outcome)
        return problems

    def program_output(self, slot):
        return slot.text("program", "out")

    def start_again(self, slot):
        status, _, err = slot.agentrun("start", ID)
        if status != 0:
            return [f"a second start ends with {status}: {err.strip()}"]
        wait_for_end(slot)
        return self.check_strength(self.program_output(slot))

    def judge_kill(self, slot, outcome, process):
        if process == 0:
            problems = [] if outcome.killed else [f"not killed: {outcome.status}"]
            if slot.status() == "created":
                problems += self.start_again(slot)
            return problems
        problems = check_error(outcome) if outcome.status != 0 else []
        if outcome.status == 0 and outcome.call <= self.last_message:
            problems.append("start succeeds, but init is dead")
        if slot.status() != "stopped":
            problems.append(f"the container is {slot.status()}")
        status, _, err = slot.agentrun("delete", ID)
        if status != 0:
            problems.append(f"delete ends with {status}: {err.strip()}")
        return problems


class Exec(Run):
    """In a container that goes on; process 1 is what executes the program."""

    name = "exec"
    error_statuses = (255,)

    def command(self, slot):
        return ["exec", ID, *PROGRAM]

    def prepare(self, slot):
        if slot.status() == "running":
            return
        slot.remove()
        for step in (["create", "--bundle", f"{slot.bundle}/hold", ID], ["start", ID]):
            status, _, err = slot.agentrun(*step)
            if status != 0:
                raise RuntimeError(f"{step[0]} ends with {status}: {err}")

    def judge_failure(self, slot, outcome):
        if outcome.status == 0:
            return self.check_strength(outcome.out, outcome)
        problems = check_error(outcome, self.error_statuses)
        if outcome.out and not self.may_have_run(outcome):
            problems.append("the program has run")
        return problems

    def judge_kill(self, slot, outcome, process):
        if process == 0:
            return [] if outcome.killed else [f"not killed: {outcome.status}"]
        if outcome.call > self.last_message and outcome.status == 137:
            return []
        return check_error(outcome, self.error_statuses)

    def finish(self, slot):
        if slot.status() != "running":
            return [f"the container is {slot.status()}"] + slot.remove()
        for _ in range(100):
            n_processes = slot.n_processes()
            if n_processes == 1:
                return []
            # What was started before the runtime was killed goes on to its own end.
            os.sched_yield()
            subprocess.run(["sleep", "0.1"], check=True)
        return [f"{n_processes} processes in the container"] + slot.remove()


class Delete(Run):
    """delete --force of a running container."""

    name = "delete --force"
    only_runtime = True

    def command(self, slot):
        return ["delete", "--force", ID]

    def prepare(self, slot):
        Exec.prepare(self, slot)

    def judge_failure(self, slot, outcome):
        if outcome.status == 0:
            found = slot.leftovers()
            return [f"left: {', '.join(found)}"] if found else []
        return check_error(outcome)

    def judge_kill(self, slot, outcome, process):
        return [] if outcome.killed else [f"not killed: {outcome.status}"]


class Ask(Exec):
    """Commands that leave a running container as it is."""

    only_runtime = True
    error_statuses = (1,)

    def __init__(self, *arguments):
        super().__init__()
        self.name = arguments[0]
        self.arguments = arguments

    def command(self, slot):
        return [self.arguments[0], *self.arguments[1:-1], ID, *self.arguments[-1:]] \
            if self.name == "kill" else [*self.arguments, ID]

    def judge_failure(self, slot, outcome):
        return [] if outcome.status == 0 else check_error(outcome)

    def judge_kill(self, slot, outcome, process):
        return [] if outcome.killed else [f"not killed: {outcome.status}"]


class List(Ask):
    def __init__(self):
        super().__init__("list")

    def command(self, slot):
        return ["list"]


class Pause(Ask):
    """The container can be resumed whatever happened."""

    def finish(self, slot):
        problems = []
        if slot.status() == "paused":
            status, _, err = slot.agentrun("resume", ID)
            problems = [f"resume ends with {status}: {err.strip()}"] if status else []
        return problems + super().finish(slot)


class Resume(Pause):
    def prepare(self, slot):
        super().prepare(slot)
        slot.agentrun("pause", ID)


PROGRAM = json.loads(os.environ["PROGRAM"])
HAS_PROFILE = os.environ.get("HAS_PROFILE") == "yes"
SCENARIOS = {
    "run": Run,
    "run-cold": RunCold,
    "create": Create,
    "start": Start,
    "exec": Exec,
    "delete": Delete,
    "state": lambda: Ask("state"),
    "list": List,
    "kill": lambda: Ask("kill", "CONT"),
    "ps": lambda: Ask("ps"),
    "pause": lambda: Pause("pause"),
    "resume": lambda: Resume("resume"),
}


# --- all calls of all processes -------------------------------------------------------------------

def one_run(slots, scenario, process, call, way):
    """Returns the problems, None if there is no such call any more."""
    slot = slots.get()
    try:
        scenario.prepare(slot)
        where = ["--process", str(process), "--call", str(call)]
        if way == KILL:
            options = ["--kill", *where]
        elif way == OLD:
            options = ["--errno", str(errno.ENOSYS), "--every", str(call)]
        else:
            options = ["--errno", str(way), *where]
        outcome = inject(slot, scenario, *options)
        outcome.call, outcome.process = call, process
        problems = check_end(outcome)
        if not outcome.reached and way != OLD:
            problems = None
        elif way == OLD:
            problems += scenario.judge_failure(slot, outcome)
        elif way == KILL and process not in (0, scenario.init):
            # A helper may have done its part already.
            problems += scenario.judge_failure(slot, outcome)
        elif way == KILL:
            problems += scenario.judge_kill(slot, outcome, process)
        elif outcome.name not in NEVER_FAIL and (process != 0 or call > scenario.n_start_calls):
            problems += scenario.judge_failure(slot, outcome)
        rest = scenario.finish(slot)
        return rest if problems is None and rest else None if problems is None \
            else problems + rest
    except Exception as problem:  # pylint: disable=broad-except
        slot.remove()
        return [f"{type(problem).__name__}: {problem}"]
    finally:
        slots.put(slot)


def list_calls(slots, scenario):
    slot = slots.get()
    scenario.prepare(slot)
    # The first run leaves something in caches.
    inject(slot, scenario, "--list")
    scenario.finish(slot)
    scenario.prepare(slot)
    outcome = inject(slot, scenario, "--list")
    if outcome.status != 0:
        raise RuntimeError(f"{scenario.name} without a fault ends with {outcome.status}: "
                           f"{outcome.err}")
    if isinstance(scenario, Create):
        slot.agentrun("start", ID)
        wait_for_end(slot)
        outcome.out = slot.text("fault", "out")
    elif isinstance(scenario, Start):
        wait_for_end(slot)
        outcome.out = slot.text("program", "out")
    scenario.learn(outcome.calls, outcome)
    problems = scenario.finish(slot)
    slots.put(slot)
    if problems:
        raise RuntimeError(f"{scenario.name} without a fault: {problems}")
    return outcome.calls


def plan_runs(scenario, calls, ways):
    """The runs: title, process, call, way."""
    if ways == [OLD]:
        return [(f"{scenario.name} without {name}", -1, CALL_NUMBERS[name], OLD)
                for name in NEW_CALLS if name in CALL_NUMBERS]
    runs = []
    for process in [0] if scenario.only_runtime else sorted({process for process, _ in calls}):
        names = [CALL_NAMES.get(number, str(number)) for who, number in calls if who == process]
        for call, name in enumerate(names, 1):
            who = scenario.process_name(process)
            if ways == [KILL]:
                title = f"{scenario.name}: {who} killed at {name}"
            elif name in NEVER_FAIL:
                continue
            else:
                title = f"{scenario.name}: {name} of {who} fails"
            runs += [(title, process, call, way) for way in ways]
    return runs


def test(slots, scenario, ways, executor):
    runs = plan_runs(scenario, list_calls(slots, scenario), ways)
    problems = {title: [] for title, *_ in runs}
    futures = [(executor.submit(one_run, slots, scenario, *run), title, call, way)
               for title, *run in runs for call, way in [run[1:]]]
    for future, title, call, way in futures:
        how = f", {errno.errorcode[way]}" if isinstance(way, int) else ""
        problems[title] += [f"call {call}{how}: {problem}" for problem in future.result() or []]
    for title, found in problems.items():
        print(f"{'not ok' if found else 'ok'} {os.environ.get('FAULT_TITLE', '')}{title}")
        for line in found[:MAX_SHOWN]:
            print(f"    | {line}")
        if len(found) > MAX_SHOWN:
            print(f"    | and {len(found) - MAX_SHOWN} more")
    if os.environ.get("VERBOSE"):
        print(f"# {scenario.name}: {len(runs)} runs", file=sys.stderr)


def main():
    work, mode, names = sys.argv[1], sys.argv[2], sys.argv[3:]
    slots = queue.Queue()
    n_slots = int(os.environ["SLOTS"])
    for number in range(n_slots):
        slots.put(Slot(work, number))
    ways = {"fail": ERRORS, "kill": [KILL], "old": [OLD]}[mode]
    with concurrent.futures.ThreadPoolExecutor(n_slots) as executor:
        for name in names:
            test(slots, SCENARIOS[name](), ways, executor)
            for number in range(n_slots):
                slot = slots.get()
                for problem in slot.remove():
                    print(f"not ok {name}: nothing is left\n    | {problem}")
                slots.put(slot)
            sys.stdout.flush()


main()
