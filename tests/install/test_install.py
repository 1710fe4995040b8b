"""sowcl in a user's project: as a subdirectory, and installed, by CMake and by pkg-config, shared and static."""

import re
import tempfile
from pathlib import Path

import installed
import report


def check_variant(shared):
    """One build serves all three ways: as a subdirectory, from which it is then installed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        project = installed.users_project("subdirectory", folder)
        (project / "sowcl").symlink_to(report.SOURCE_DIR)
        installed.build(project, project / "build", f"-DBUILD_SHARED_LIBS={shared}",
                        "-DSOWCL_INSTALL=ON", "-DSOWCL_TOOLS=ON")
        installed.check_programs(project / "build", ["train", "train_on_device"])

        prefix = folder / "moved"
        installed.install(project / "build", prefix)
        assert bool(list(prefix.rglob("libsowcl.a"))) == (shared == "OFF"), "the kind of library"
        headers = {path.name for path in prefix.glob("include/sowcl/*")}
        assert headers == {path.name for path in public_headers()}, f"installed headers: {headers}"
        installed.check_prefix(prefix, True, [report.SOURCE_DIR, project], folder)
        if shared == "ON":
            installed.check_exports(prefix)


def public_headers():
    return list((report.SOURCE_DIR / "include" / "sowcl").glob("*.h"))


def test_shared_library():
    check_variant("ON")


def test_static_library():
    check_variant("OFF")


def test_exports_are_listed():
    lines = (installed.HERE / "exports.txt").read_text().splitlines()
    listed = [line for line in lines if not line.startswith("#")]
    declared = sorted(set().union(*map(installed.header_functions, public_headers())))
    assert listed == declared, f"in exports.txt or a header alone: {set(listed) ^ set(declared)}"


def test_readme_tells_the_projects_lines():
    readme = report.read("README.md")
    for language, project, file in [("cmake", "find_package", "CMakeLists.txt"),
                                    ("cmake", "subdirectory", "CMakeLists.txt"),
                                    ("sh", "pkgconfig", "build.sh")]:
        text = (installed.HERE / project / file).read_text()
        blocks = re.findall(rf"^```{language}\n(.*?)^```", readme, re.DOTALL | re.MULTILINE)
        assert any(block in text for block in blocks), f"no block of README.md is in {project}/{file}"


report.run(globals())
