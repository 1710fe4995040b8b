"""sowcl without OpenCL, on a machine that has no OpenCL headers: built, tested, installed and used."""

import tempfile
from pathlib import Path

import installed
import report

# Labels of the tests that depend on the build and need no device; and what is left out of them since it takes
# longer than the others together, in code that is the same with OpenCL.
LABELS = "^(unit|kat|golden|cli)$"
LONG = "^test_fill_host$"


def hide_opencl(folder):
    """An environment in which whoever includes an OpenCL header fails to compile."""
    poison = folder / "poison"
    (poison / "CL").mkdir(parents=True)
    for name in ("cl.h", "opencl.h"):
        (poison / "CL" / name).write_text("#error OpenCL is not there\n")
    return installed.before(poison, "CPATH")


def check_no_opencl(prefix):
    assert not list(prefix.rglob("sowcl.h")), "sowcl.h is for builds with OpenCL"
    for name in ("libsowcl.so", "bin/sowcl"):
        (path,) = prefix.rglob(name)
        assert b"libOpenCL" not in path.read_bytes(), f"{path} is linked with OpenCL"


def test_host_only():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        hidden = hide_opencl(folder)
        build = folder / "build"
        no_opencl = "-DCMAKE_DISABLE_FIND_PACKAGE_OpenCL=ON"
        installed.build(report.SOURCE_DIR, build, "-DSOWCL_OPENCL=OFF", no_opencl, **hidden)
        installed.run("ctest", "--test-dir", build, "-L", LABELS, "-LE", "slow", "-E", LONG,
                      "-j", "2", "--no-tests=error", "--output-on-failure")
        prefix = folder / "moved"
        installed.install(build, prefix)
        check_no_opencl(prefix)
        installed.check_exports(prefix)
        installed.check_prefix(prefix, False, [report.SOURCE_DIR, build], folder, no_opencl, **hidden)


report.run(globals())
