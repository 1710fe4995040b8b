"""What the test scripts share: running test functions, the closing line and the exit code."""

import os
import subprocess
import sys
import traceback
from pathlib import Path

SOURCE_DIR = Path(os.environ.get("SOWCL_SOURCE_DIR") or Path(__file__).resolve().parents[2])



class Skip(Exception):
    """Ends a test that cannot run here; the text says why."""


def files():
    """The checkout's files as relative paths: tracked, and untracked but not ignored."""
    command = ["git", "-C", str(SOURCE_DIR), "ls-files", "-z", "-co", "--exclude-standard"]
    try:
        listed = subprocess.run(command, check=True, capture_output=True).stdout
        names = listed.decode().split("\0")
    except (OSError, subprocess.CalledProcessError):
        names = [str(path.relative_to(SOURCE_DIR)) for path in SOURCE_DIR.rglob("*")
                 if "__pycache__" not in path.parts]
    paths = [Path(name) for name in sorted(set(names)) if name]
    return [path for path in paths if (SOURCE_DIR / path).is_file()
            and path.parts[0] != ".git" and not path.parts[0].startswith("build")]


def read(path):
    return (SOURCE_DIR / path).read_text(encoding="utf-8")


def run(scope):
    """Runs every test_* function of scope (a module's globals()), prints the last line
    "N passed, N failed, N skipped" and exits: 1 if one failed, 77 if all were skipped, else 0."""
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for name, test in list(scope.items()):
        if not name.startswith("test_") or not callable(test):
            continue
        try:
            test()
            verdict = "passed"
        except Skip as reason:
            print(f"skipped: {reason}")
            verdict = "skipped"
        except AssertionError as error:
            print(f"{name}: {error}")
            verdict = "failed"
        except Exception:  # a broken test is a failed one, and the others still run
            print(f"{name}:")
            traceback.print_exc(file=sys.stdout)
            verdict = "failed"
        counts[verdict] += 1
    print(", ".join(f"{count} {verdict}" for verdict, count in counts.items()))
    if counts["failed"]:
        sys.exit(1)
    sys.exit(77 if counts["skipped"] and not counts["passed"] else 0)
