"""sowcl without CLBlast: told to leave it out, and on a machine that has none, or one that is too old."""

import os
import subprocess
import tempfile
from pathlib import Path

import installed
import report

# Tests of what remains: the engine is refused, all else is as ever.
LEFT = "^(test_clblast[.]pocl|test_cli_engine)$"


def hide_clblast(folder):
    """An environment in which pkg-config finds an old CLBlast only."""
    old = folder / "old"
    old.mkdir()
    (old / "clblast.pc").write_text("Name: CLBlast\nDescription: old\nVersion: 1.4.1\nLibs:\nCflags:\n")
    return installed.before(old, "PKG_CONFIG_PATH")


def configure(build, *options, **environment):
    return subprocess.run(["cmake", "-S", str(report.SOURCE_DIR), "-B", str(build),
                           f"-DCMAKE_C_COMPILER={os.environ.get('SOWCL_C_COMPILER', 'cc')}",
                           "-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_C_FLAGS_RELEASE=-O1 -DNDEBUG", *options],
                          capture_output=True, text=True, env={**os.environ, **environment})


def test_off():
    with tempfile.TemporaryDirectory() as name:
        build = Path(name) / "build"
        configured = configure(build, "-DSOWCL_CLBLAST=OFF", "-DSOWCL_EXAMPLES=OFF",
                               f"-DSOWCL_WERROR={os.environ.get('SOWCL_WERROR', 'OFF')}")
        assert configured.returncode == 0, configured.stderr
        installed.run("cmake", "--build", build, "--target", "sowcl", "sowcl_program", "test_clblast")
        (library,) = build.glob("**/libsowcl.so")
        assert b"libclblast" not in library.read_bytes(), "linked with CLBlast"
        installed.run("ctest", "--test-dir", build, "-R", LEFT, "--no-tests=error", "--output-on-failure")


def test_auto_and_on_without_one():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        hidden = hide_clblast(folder)
        auto = configure(folder / "auto", **hidden)
        assert auto.returncode == 0 and "no CLBlast" in auto.stdout, auto.stdout + auto.stderr
        on = configure(folder / "on", "-DSOWCL_CLBLAST=ON", **hidden)
        assert on.returncode != 0 and "SOWCL_CLBLAST=ON" in on.stderr, on.stdout + on.stderr


report.run(globals())
