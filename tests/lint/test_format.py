"""The C files are as clang-format 14 leaves them; other versions differ in details."""

import shutil
import subprocess

import report


def clang_format():
    for name in ("clang-format-14", "clang-format"):
        if shutil.which(name):
            version = subprocess.run([name, "--version"], capture_output=True, text=True).stdout
            if "version 14." in version:
                return name
    raise report.Skip("no clang-format 14")


def test_c_files_are_formatted():
    program = clang_format()
    paths = [str(path) for path in report.files() if path.suffix in (".c", ".h")]
    command = [program, "--dry-run", "--Werror", "--ferror-limit=1", "--style=file"] + paths
    result = subprocess.run(command, cwd=report.SOURCE_DIR, capture_output=True, text=True)
    assert result.returncode == 0, f"run {program} -i on these:\n{result.stderr}"


report.run(globals())
