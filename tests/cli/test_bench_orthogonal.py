"""tools/bench_orthogonal: a table of small matrices, and refusals. Needs OpenBLAS."""

import os
import re
import subprocess
import sys
from pathlib import Path

import report
from program import same

TOOLS = report.SOURCE_DIR / "tools"
BINARY_DIR = Path(os.environ["SOWCL_BINARY_DIR"])
LIBRARY = BINARY_DIR / "src" / "libsowcl.so"

sys.path.insert(0, str(TOOLS))
from peers import cases, lapack  # noqa: E402


def bench(*arguments, code=0):
    if not LIBRARY.exists():
        raise report.Skip("libsowcl is static here")
    if "SOWCL_SANITIZE:STRING=\n" not in (BINARY_DIR / "CMakeCache.txt").read_text():
        raise report.Skip("libsowcl with sanitizers cannot be loaded into Python")
    env = {**os.environ, "OCL_ICD_VENDORS": "pocl.icd"}
    env.pop("SOWCL_DEVICE", None)
    result = subprocess.run([sys.executable, TOOLS / "bench_orthogonal", "--library", LIBRARY, *arguments],
                            capture_output=True, text=True, env=env, timeout=500)
    same(code, result.returncode, f"exit code of bench_orthogonal {' '.join(arguments)}: {result.stderr}")
    return result


def need_lapack():
    try:
        lapack.load()
    except cases.Absent as error:
        raise report.Skip(str(error)) from error


def test_bench_prints_a_row_of_each_shape():
    need_lapack()
    text = bench("--shapes", "3x20x16,16x20,40x40", "--rounds", "2", "--threads", "1").stdout
    rows = [line.split(" | ") for line in text.splitlines() if re.match(r"\| (3 of )?\d+x", line)]
    same(["| 3 of 20x16", "| 16x20", "| 40x40"], [row[0] for row in rows])
    for row in rows:
        ratios = [cell for cell in row if "(" in cell]
        assert ratios and all(float(cell.split()[0]) > 0 for cell in ratios), row
        for cell in (row[-2], row[-1].rstrip(" |")):
            assert cell == "-" or float(cell) < 1e-6, row


def test_lapack_makes_q():
    """Of a matrix of two columns: (3, 4) / 5 first, but for the sign."""
    need_lapack()
    import ctypes
    matrix = (ctypes.c_float * 4)(3, 4, 1, 2)
    lapack.Lapack(1).qr(2, 2)(ctypes.addressof(matrix))
    assert all(abs(abs(x) - y) < 1e-6 for x, y in zip(matrix, (0.6, 0.8, 0.8, 0.6))), list(matrix)


def test_bench_refuses():
    for arguments, says in ((("--shapes", "5"), "not a shape (5)"), (("--shapes", "0x3"), "not a shape (0x3)"),
                            (("--rounds", "0"), "not a number of them (0)"), (("--nosuch",), "--nosuch")):
        assert says in bench(*arguments, code=2).stderr


report.run(globals())
