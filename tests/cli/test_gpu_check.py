"""tools/gpu_check: its steps, results and exit codes, in a checkout of doubles of all that it calls."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import report

SCRIPT = report.SOURCE_DIR / "tools" / "gpu_check"
# What the script calls besides; all else is a double or not there.
SYSTEM = ("cat chmod cp date dirname find grep head ls mkdir nproc readlink rm sed sh sleep sort tee timeout tr "
          "uname").split()
DOUBLES = {
    "cc": 'echo "cc double"',
    "ninja": "exit 0",
    "pkg-config": "exit 0",
    "python3": 'echo "python3 $*" >>"$CALLS"; exit "${PEERS_CODE:-0}"',
    "nvidia-smi": "echo a card",
    # "cmake --build" makes the program
    "cmake": """echo "cmake $*" >>"$CALLS"
[ "$1" != --build ] || { mkdir -p "$2" && cp "$DOUBLE_SOWCL" "$2/sowcl"; }""",
    "ctest": """echo "ctest $*" >>"$CALLS"
[ -z "${CTEST_HANGS-}" ] || { echo "$$" >"$CTEST_HANGS"; sleep 300; }
exit ${CTEST_CODE:-0}""",
}
SOWCL = """echo "sowcl $*, vendors ${OCL_ICD_VENDORS-}" >>"$CALLS"
case "$*" in
'devices --json') echo '"rank": "'"${RANK:-gpu}"'"' ;;
bench*) [ -z "${NO_BENCH-}" ] || exit 2 ;;
esac"""


def write_program(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


class Checkout:
    """A folder with the script, and a PATH of doubles."""

    def __init__(self, folder):
        self.root = Path(folder)
        self.out = self.root / "results"
        self.calls = self.root / "calls"
        self.bin = self.root / "bin"
        (self.root / "tools").mkdir()
        shutil.copy(SCRIPT, self.root / "tools")
        (self.root / "include" / "sowcl").mkdir(parents=True)
        shutil.copy(report.SOURCE_DIR / "include" / "sowcl" / "base.h", self.root / "include" / "sowcl")
        for name, text in DOUBLES.items():
            write_program(self.bin / name, text)
        write_program(self.root / "double_sowcl", SOWCL)
        for name in SYSTEM:
            found = shutil.which(name)
            if found and not (self.bin / name).exists():
                (self.bin / name).symlink_to(found)

    def start(self, *arguments, **changes):
        environment = {"PATH": str(self.bin), "CALLS": str(self.calls),
                       "DOUBLE_SOWCL": str(self.root / "double_sowcl"), **changes}
        return subprocess.Popen([self.root / "tools" / "gpu_check", *arguments], env=environment, cwd=self.root,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def check(self, *arguments, code=0, **changes):
        """Runs it; the exit code must be as told. Returns summary.txt."""
        process = self.start("--out", str(self.out), *arguments, **changes)
        output, errors = process.communicate(timeout=120)
        summary = (self.out / "summary.txt").read_text()
        assert process.returncode == code, f"exit code {process.returncode}, not {code}\n{output}{errors}"
        assert f"results: {self.out}" in output, output
        return summary


@contextmanager
def checkout():
    if not shutil.which("timeout"):
        raise report.Skip("no timeout")
    with tempfile.TemporaryDirectory() as folder:
        yield Checkout(folder)


def has(text, *parts):
    for part in parts:
        assert part in text, f"expected {part!r} in\n{text}"


def test_all_is_run_and_passes():
    with checkout() as tree:
        summary = tree.check()
        has(summary, "gpu_check of sowcl ", ", 0 failed", *(f"ok      {step} " for step in (
            "configure", "build", "devices", "tests_host", "tests_gpu", "bench", "bench_json", "bench_stats",
            "bench_latency", "peers_gpu", "peers")))
        has((tree.out / "machine.txt").read_text(), "a card", "cc double")
        has(tree.calls.read_text(), "-DSOWCL_TESTS=ON", "sowcl bench --json --device gpu",
            f"--library {tree.root}/build-gpu/src/libsowcl.so --device gpu")


def test_a_failed_step_does_not_stop_the_next():
    with checkout() as tree:
        summary = tree.check(code=1, CTEST_CODE="8", PEERS_CODE="1")
        has(summary, "FAILED  tests_gpu              exit code 8", "ok      bench_json", "FAILED  peers ",
            ", 4 failed")


def test_an_absent_bench_is_told():
    with checkout() as tree:
        has(tree.check(code=1, NO_BENCH="1"), "ABSENT  bench                  this sowcl has no bench",
            "ok      peers ", ", 1 failed")


def test_no_gpu_is_a_failure_unless_another_device_is_asked_for():
    with checkout() as tree:
        has(tree.check(code=1, RANK="cpu"), "FAILED  gpu                    none found", ", 1 failed")
        has(tree.check("--device", "cpu", RANK="cpu"), ", 0 failed")
        has(tree.calls.read_text(), "sowcl bench --device cpu")


def test_a_driver_is_registered():
    with checkout() as tree:
        driver = tree.root / "libvendor.so"
        driver.touch()
        has(tree.check("--driver", str(driver)), f"driver    {driver}")
        assert (tree.out / "vendors" / "driver1.icd").read_text() == f"{driver}\n"
        has(tree.calls.read_text(), f"sowcl bench --device gpu, vendors {tree.out}/vendors")


def test_what_is_missing_is_named():
    with checkout() as tree:
        (tree.bin / "cc").unlink()
        has(tree.check(code=1), "FAILED  compiler               missing: no cc, gcc or clang",
            "0 passed, 1 failed")
        write_program(tree.bin / "cc", "exit 1")
        has(tree.check(code=1), "FAILED  xxhash ", "FAILED  OpenCL ", "gpu_check pack brings",
            "0 passed, 2 failed")


def test_what_was_packed_is_used():
    with checkout() as tree:
        write_program(tree.bin / "cc", "exit 1")
        packed = tree.root / "build" / "gpu_check" / "root"
        for name in ("xxhash/usr/include/xxhash.h", "opencl/usr/include/CL/cl.h",
                     "opencl/usr/lib/x-y/libOpenCL.so"):
            (packed / name).parent.mkdir(parents=True, exist_ok=True)
            (packed / name).touch()
        (tree.bin / "pkg-config").unlink()
        write_program(packed / "pkg-config" / "usr" / "bin" / "pkgconf", 'echo "pkgconf $*" >>"$CALLS"')
        has(tree.check(), "carried   pkg-config xxhash OpenCL", ", 0 failed")
        has(tree.calls.read_text(), "pkgconf --exists jansson",
            f"-DXXHASH_INCLUDE_DIR={packed}/xxhash/usr/include",
            f"-DOpenCL_INCLUDE_DIR={packed}/opencl/usr/include",
            f"-DOpenCL_LIBRARY={packed}/opencl/usr/lib/x-y/libOpenCL.so")


def wait_for(path):
    until = time.monotonic() + 60
    while not (path.exists() and path.read_text().strip()):
        assert time.monotonic() < until, f"{path.name} never appeared"
        time.sleep(0.02)
    return path.read_text().strip()


def running(process_id):
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_an_interrupt_leaves_the_results():
    with checkout() as tree:
        hanging = tree.root / "hanging"
        process = tree.start("--out", str(tree.out), CTEST_HANGS=str(hanging))
        child = wait_for(hanging)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        assert process.returncode == 130, process.returncode
        has((tree.out / "summary.txt").read_text(), "ok      build",
            "FAILED  tests_host             interrupted", ", 1 failed")
        until = time.monotonic() + 30
        while running(child):
            assert time.monotonic() < until, "what it started runs on"
            time.sleep(0.02)


def test_misuse():
    for arguments, says in ((["--minutes", "0"], "--minutes (0): a whole number from 1"),
                            (["--minutes"], "--minutes: it needs a value"),
                            (["--driver", "/no/such.so"], "--driver (/no/such.so): no such file"),
                            (["pakc"], "unknown argument (pakc): pack, --out"),
                            (["pack", "x"], "pack takes no arguments (x)")):
        result = subprocess.run([SCRIPT, *arguments], capture_output=True, text=True)
        assert result.returncode == 2 and not result.stdout, (result.returncode, result.stdout)
        has(result.stderr, "gpu_check: " + says)
    shown = subprocess.run([SCRIPT, "--help"], capture_output=True, text=True, check=True).stdout
    has(shown, "tools/gpu_check pack", "--minutes N")


report.run(globals())
