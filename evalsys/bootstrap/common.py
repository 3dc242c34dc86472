import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PACKAGES = ("evalsys", "projects", "scoring", "reports")
SHOWN_LINES = 15


class SetupError(Exception):
    """What failed and the one thing to do about it, as text for the person at the keyboard."""


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def tool(name: str) -> str:
    return str(VENV / "bin" / name)


def manage(*arguments: str) -> list[str]:
    return [tool("python"), str(ROOT / "manage.py"), *arguments]


def last_lines(text: str, count: int = SHOWN_LINES) -> str:
    return "\n".join(text.strip().splitlines()[-count:])


def run_quietly(
    command: Sequence[str], *, env: Mapping[str, str] | None = None, folder: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    """Output and errors together as text in `stdout`; the caller looks at the return code."""
    return subprocess.run(  # noqa: S603
        command,
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )


def run_or_refuse(
    command: Sequence[str], sentence: str, *, env: Mapping[str, str] | None = None
) -> None:
    done = run_quietly(command, env=env)
    if done.returncode:
        reason = last_lines(done.stdout) or f"No output, ended with {done.returncode}: {command}"
        raise SetupError(f"{reason}\n{sentence}")


def attend(command: Sequence[str], *, env: Mapping[str, str]) -> int:
    """Run in the foreground; Ctrl-C reaches the command itself, which gets the time to tidy up."""
    with subprocess.Popen(command, cwd=ROOT, env=env) as child:  # noqa: S603
        try:
            return child.wait()
        except KeyboardInterrupt:
            return child.wait()
        except SystemExit:
            child.terminate()
            child.wait()
            raise
