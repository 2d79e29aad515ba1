"""What a child process gives up before it reads a stranger's bytes: memory, time, files, the network. Parses nothing.

Linux has all of it; other systems have the limits that they know. docs/threat-model.md says which.
"""

import ctypes
import errno
import importlib
import os
import pkgutil
import sys
from collections.abc import Callable
from contextlib import suppress
from types import ModuleType
from typing import cast

MEMORY_BYTES = 3 << 30
"""Address space of a child. What a file needs beyond it is refused as too big."""

_ANONYMOUS_BYTES = 1 << 30
_OPEN_FILES = 32
_CPU_SECONDS = 4 * 3600
_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38

# The numbers of these calls are the same on every processor.
_LANDLOCK_CREATE_RULESET, _LANDLOCK_RESTRICT_SELF = 444, 446
_LANDLOCK_RIGHTS = ((1, 0x1FFF), (2, 1 << 13), (3, 1 << 14), (5, 1 << 15))
_LANDLOCK_NETWORK, _LANDLOCK_SCOPES = (4, 0x3), (6, 0x3)

# Memory, threads, clocks, and talking over what is open already. Nothing that names a file, a process or an address.
_CALLS = (
    *(
        "read",
        "readv",
        "pread64",
        "write",
        "writev",
        "pwrite64",
        "close",
        "lseek",
        "ftruncate",
        "fcntl",
        "fstat",
        "memfd_create",
        "dup",
    ),
    *("recvfrom", "recvmsg", "sendto", "sendmsg", "poll", "ppoll", "select", "pselect6", "shutdown"),
    *("brk", "munmap", "mremap", "madvise", "membarrier", "mlock", "munlock"),
    *(
        "futex",
        "futex_time64",
        "set_robust_list",
        "rseq",
        "sched_yield",
        "sched_getaffinity",
        "getcpu",
        "sysinfo",
        "uname",
    ),
    *(
        "exit",
        "exit_group",
        "getpid",
        "gettid",
        "getppid",
        "rt_sigaction",
        "rt_sigprocmask",
        "rt_sigreturn",
        "sigaltstack",
        "restart_syscall",
    ),
    *(
        "clock_gettime",
        "clock_getres",
        "clock_nanosleep",
        "nanosleep",
        "gettimeofday",
        "time",
        "getrandom",
        "getrusage",
        "times",
        "setitimer",
    ),
)
_PROT_EXEC = 4
_CLONE_THREAD = 0x10000
_PR_SET_NAME = 15


def confine(memory_bytes: int = MEMORY_BYTES) -> tuple[str, ...]:
    """Gives up for good what reading evidence does not need; called when all is imported and before any byte is read.

    Afterwards no file opens, no module is imported, no address is reached and no process is started.

    Args:
        memory_bytes: Address space that the process may use.

    Returns:
        Which walls stand: ``limits``, ``landlock``, ``seccomp``; what the system does not have or refuses is missing.
    """
    _limit(memory_bytes)
    if sys.platform != "linux":
        return ("limits",) if sys.platform != "win32" else ()
    system = ctypes.CDLL(None, use_errno=True)
    system.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    system.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    os.chdir("/")
    close_calls = _call_filter()  # made before the file system goes: it loads a library
    stand = ["limits"]
    if _close_file_system(system):
        stand.append("landlock")
    with suppress(OSError):  # refused: the other walls stand alone
        if close_calls():
            stand.append("seccomp")
    return tuple(stand)


def load_whole(package: ModuleType) -> None:
    """Imports every module of a package, for libraries that import some of theirs only on use: then it is too late."""
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not module.name.endswith("__main__"):
            with suppress(ImportError):  # some exist on one system alone
                importlib.import_module(module.name)


def allow_seconds(seconds: float) -> Callable[[], None]:
    """Lets the system end this process once a call takes longer than its parent waits, by the clock or in work done.

    Args:
        seconds: What the parent waits.

    Returns:
        Call it when the call is over.
    """
    if sys.platform == "win32":
        return lambda: None
    import resource  # noqa: PLC0415 - does not exist on Windows
    import signal  # noqa: PLC0415 - the timer does not exist on Windows

    used = resource.getrusage(resource.RUSAGE_SELF)
    most = used.ru_utime + used.ru_stime + (seconds + 2) * (os.cpu_count() or 1)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (min(round(most) + 1, _CPU_SECONDS), _CPU_SECONDS))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds + 2)
    return lambda: (signal.setitimer(signal.ITIMER_REAL, 0), None)[1]


def _limit(memory_bytes: int) -> None:
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - does not exist on Windows

    limits = [
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_CPU, _CPU_SECONDS),
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_FSIZE, _ANONYMOUS_BYTES),  # anonymous memory is a file to the system
    ]
    for what, most in limits:
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


def _close_file_system(system: ctypes.CDLL) -> bool:
    """Landlock: no path opens, no port is bound or reached, as far as the kernel has it; tells whether it does."""
    version = _landlock_version(system)
    if version < 1:
        return False
    rights = sum(bits for since, bits in _LANDLOCK_RIGHTS if version >= since)
    network = _LANDLOCK_NETWORK[1] if version >= _LANDLOCK_NETWORK[0] else 0
    scopes = _LANDLOCK_SCOPES[1] if version >= _LANDLOCK_SCOPES[0] else 0
    attributes = (ctypes.c_uint64 * 3)(rights, network, scopes)
    size = 24 if scopes else 16 if network else 8
    rules = system.syscall(_LANDLOCK_CREATE_RULESET, ctypes.byref(attributes), size, 0)
    if rules < 0:
        return False
    refused = system.syscall(_LANDLOCK_RESTRICT_SELF, rules, 0)
    os.close(rules)
    return bool(refused == 0)


def _landlock_version(system: ctypes.CDLL) -> int:
    return int(system.syscall(_LANDLOCK_CREATE_RULESET, None, 0, 1))


def _seccomp() -> ModuleType | None:
    try:
        import pyseccomp  # noqa: PLC0415 - loads the system's library
    except (ImportError, OSError, RuntimeError):
        return None
    return cast("ModuleType", pyseccomp)


def _call_filter() -> Callable[[], bool]:
    """Seccomp: what lets every call fail that is not on the list; without libseccomp the other walls stand alone."""
    pyseccomp = _seccomp()
    if pyseccomp is None:
        return lambda: False
    rules = pyseccomp.SyscallFilter(pyseccomp.ERRNO(errno.EPERM))
    rules.set_attr(pyseccomp.Attr.CTL_TSYNC, 1)
    for name in _CALLS:
        with suppress(OSError):  # not every processor has every call
            rules.add_rule(pyseccomp.ALLOW, name)
    # Memory may be had, but not run: no code comes in with the evidence.
    for name in ("mmap", "mprotect"):
        rules.add_rule(pyseccomp.ALLOW, name, pyseccomp.Arg(2, pyseccomp.MASKED_EQ, _PROT_EXEC, 0))
    # Threads, no processes. The newer call hides its flags, so libc is told that there is none.
    rules.add_rule(pyseccomp.ALLOW, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, _CLONE_THREAD, _CLONE_THREAD))
    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    rules.add_rule(pyseccomp.ALLOW, "tgkill", pyseccomp.Arg(0, pyseccomp.EQ, os.getpid()))
    rules.add_rule(pyseccomp.ALLOW, "prlimit64", pyseccomp.Arg(0, pyseccomp.EQ, 0))
    rules.add_rule(pyseccomp.ALLOW, "prctl", pyseccomp.Arg(0, pyseccomp.EQ, _PR_SET_NAME))
    return lambda: rules.load() is None
