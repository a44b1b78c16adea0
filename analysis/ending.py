"""How a command ends: its exit code, and on stderr one line for each thing that was wrong, never a traceback.

0    done                                     2         what was given cannot be used
1    it failed on the way                     130, 143  interrupted by Ctrl-C, by SIGTERM
141  whoever read the output went away, as `head` does
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import tempfile
import traceback
from collections.abc import Callable

DONE, FAILED, BAD_INPUT, INTERRUPTED, UNREAD = 0, 1, 2, 130, 141


def ended(command: Callable[[], int | None]) -> int:
    """Carry out a command and return its exit code; what went wrong is told on stderr.

    command    function    returns an exit code, or None for 0
    """
    try:
        code = command() or DONE
        sys.stdout.flush()
    except KeyboardInterrupt:
        _say("icam: interrupted")
        return INTERRUPTED
    except SystemExit as exit_:
        if isinstance(exit_.__context__, BrokenPipeError):  # typer leaves by itself when nobody reads on
            _let_go_of_stdout()
            return UNREAD
        return exit_.code if isinstance(exit_.code, int) else FAILED if exit_.code else DONE
    except BrokenPipeError:
        _let_go_of_stdout()
        return UNREAD
    except Exception as fault:  # noqa: BLE001 the one place where whatever happened becomes a line for a person
        return _told(fault)
    return code


def _told(fault: Exception) -> int:
    """Tell what went wrong, one line per fault; return the exit code that belongs to it."""
    from simulation import SimulationError

    if isinstance(fault, SimulationError):
        for line in str(fault).splitlines():
            _say(f"icam: {line}")
        return fault.exit_code
    if hasattr(fault, "format_message") and hasattr(fault, "exit_code"):  # typer's own: wrong options and arguments
        context = getattr(fault, "ctx", None)
        path = context.command_path if context is not None else "icam"
        message = " ".join(fault.format_message().split()).rstrip(".")
        _say(f"{path}: {message}; see `{path} --help`")
        return BAD_INPUT
    if isinstance(fault, MemoryError):
        _say(
            "icam: there is not enough memory; run fewer cells (cells_per_agent, tissue width) or use a larger machine"
        )
        return FAILED
    if isinstance(fault, OSError) and fault.errno in (errno.ENOSPC, errno.EDQUOT):
        _say(f"icam: {fault.filename or 'the output'}: the disk is full; make room and try again")
        _let_go_of_stdout()
        return FAILED
    what = " ".join(str(fault).split())[:200]
    _say(f"icam: unexpected {type(fault).__name__}: {what}; {_kept(fault)}")
    return FAILED


def _kept(fault: Exception) -> str:
    """Keep the traceback in a file, and say in which."""
    try:
        handle, name = tempfile.mkstemp(prefix="icam-error-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            traceback.print_exception(fault, file=file)
    except OSError:
        return "the traceback could not be saved"
    return f"traceback saved in {name}"


def _say(line: str) -> None:
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(line + "\n")
        sys.stderr.flush()


def _let_go_of_stdout() -> None:
    """Point stdout at nothing, so that the interpreter does not stumble over it when it ends."""
    with contextlib.suppress(OSError, ValueError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
        os.close(nothing)
