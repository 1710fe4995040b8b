"""What the tests of the installation share: builds, prefixes and the users' projects."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import report

HERE = report.SOURCE_DIR / "tests" / "install"
GOLDEN = report.SOURCE_DIR / "tests" / "golden" / "fills.txt"
# The row of golden/fills.txt that the users' programs draw.
ROW = "kaiming_normal f32 oi 16,3,3,5 - 0xffffffffffffffff 0x0 "


def run(*command, cwd=None, **environment):
    """The command's standard output; fails the test with all it said when the command fails."""
    result = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, text=True,
                            env={**os.environ, **environment})
    shown = " ".join(map(str, command))
    assert result.returncode == 0, f"{shown}: {result.returncode}\n{result.stdout}{result.stderr}"
    return result.stdout


def build(source, folder, *options, **environment):
    """Configures and builds in folder, as the outer build is, but lightly optimised."""
    compiler = os.environ.get("SOWCL_C_COMPILER", "cc")
    run("cmake", "-S", source, "-B", folder, f"-DCMAKE_C_COMPILER={compiler}",
        f"-DSOWCL_WERROR={os.environ.get('SOWCL_WERROR', 'OFF')}", "--no-warn-unused-cli",
        "-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_C_FLAGS_RELEASE=-O1 -DNDEBUG", *options, **environment)
    run("cmake", "--build", folder)


def before(path, variable):
    """The environment variable with path as its first folder."""
    return {variable: os.pathsep.join(filter(None, [str(path), os.environ.get(variable)]))}


def users_project(name, folder):
    """Copies the project to folder/name, with the sources that the projects share; returns its path."""
    project = Path(folder) / name
    shutil.copytree(HERE / name, project)
    for path in HERE.glob("train*.c*"):
        shutil.copy(path, project)
    return project


def golden_digest():
    rows = [line for line in report.read(GOLDEN).splitlines() if line.startswith(ROW)]
    assert len(rows) == 1, f"rows of {GOLDEN}: {rows}"
    return rows[0].removeprefix(ROW)


def check_programs(folder, expected, **environment):
    """The users' programs that folder must hold draw the golden row."""
    for name in expected:
        program = Path(folder) / name
        result = subprocess.run([program], capture_output=True, text=True,
                                env={**os.environ, **environment})
        if name == "train_on_device" and result.returncode == 77:
            print("skipped: no OpenCL device")
            continue
        said = f"{program}: {result.returncode}\n{result.stdout}{result.stderr}"
        assert result.returncode == 0 and result.stdout == golden_digest() + "\n", said


def install(build_folder, prefix):
    """Installs under a first prefix, moves that to prefix and removes the build: nothing may need them."""
    first = Path(str(prefix) + "-before-it-moved")
    run("cmake", "--install", build_folder, "--prefix", first)
    first.rename(prefix)
    shutil.rmtree(build_folder)


def check_prefix(prefix, opencl, foreign, folder, *options, **environment):
    """The installed program works where it is, no file names a path of foreign, and projects that use
    find_package and pkg-config find sowcl and draw the golden row."""
    shape = ["--init", "kaiming_normal", "--shape", "16,3,3,5", "--seed", str(2**64 - 1)]
    said = run(prefix / "bin" / "sowcl", "fill", *shape, "--device", "host", "-o", folder / "w.npy")
    said += run(prefix / "bin" / "sowcl", "digest", folder / "w.npy")
    assert golden_digest() in said, said
    check_no_paths(prefix, foreign)
    programs = ["train"] + (["train_on_device"] if opencl else [])

    project = users_project("find_package", folder)
    build(project, project / "build", f"-DCMAKE_PREFIX_PATH={prefix}", *options, **environment)
    cxx = ["train_cxx"] if shutil.which("c++") else []
    check_programs(project / "build", programs + cxx)

    project = users_project("pkgconfig", folder)
    (description,) = prefix.rglob("sowcl.pc")
    run("./build.sh", cwd=project, **before(description.parent, "PKG_CONFIG_PATH"), **environment)
    check_programs(project, programs, **before(description.parents[1], "LD_LIBRARY_PATH"))


def check_no_paths(prefix, foreign):
    for path in sorted(prefix.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            found = [str(word) for word in foreign if os.fsencode(word) in content]
            assert not found, f"{path} names {found}"


def header_functions(header):
    """The functions that a public header declares."""
    text = re.sub(r"/\*.*?\*/", "", header.read_text(), flags=re.DOTALL)
    return set(re.findall(r"\b(sow_\w+)\s*\(", text))


def check_exports(prefix):
    """The shared library exports exactly the functions of the installed headers."""
    (library,) = prefix.rglob("libsowcl.so")
    lines = run("nm", "-D", "--defined-only", "-P", library).splitlines()
    exported = {line.split()[0] for line in lines}
    declared = set().union(*map(header_functions, prefix.glob("include/sowcl/*.h")))
    assert exported == declared, f"exported or declared alone: {sorted(exported ^ declared)}"
