"""Run a program that ends with its parent, or after some time, whatever becomes of the parent.

`python -m benchmarks.faults.machine.bounded SECONDS SIGNAL USER PROGRAM ARGUMENTS…`; SIGNAL is what
the program gets when its parent has ended, USER may be `-`.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    seconds, signal_at_end, user, *command = sys.argv[1:]
    if user != "-":
        account = pwd.getpwnam(user)
        os.initgroups(user, account.pw_gid)
        os.setgid(account.pw_gid)
        os.setuid(account.pw_uid)  # a change of user takes the signal back: it is set after it
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal_at_end))
    signal.alarm(int(seconds))  # the kernel keeps it through exec
    os.execv(command[0], command)  # noqa: S606  # nosec B606 - a list and no shell


def bounded(
    command: list[str],
    *,
    seconds: int,
    signal_at_end: signal.Signals = signal.SIGKILL,
    user: str = "-",
) -> list[str]:
    """The command line that runs `command` so."""
    module = "benchmarks.faults.machine.bounded"
    bounds = [str(seconds), str(int(signal_at_end)), user]
    return [sys.executable, "-m", module, *bounds, *command]


if __name__ == "__main__":
    main()
