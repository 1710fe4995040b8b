"""Each public header compiles alone, as C11 and as C++17, without a warning."""

import os
import shutil
import subprocess

import report

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]


def compile_headers(compiler, language, standard):
    headers = [path for path in report.files() if path.parts[:2] == ("include", "sowcl")]
    assert headers
    for header in headers:
        source = f'#include "{header.relative_to("include")}"\n' * 2
        command = [compiler, "-x", language, f"-std={standard}", "-fsyntax-only", *WARNINGS, "-I",
                   str(report.SOURCE_DIR / "include"), "-"]
        result = subprocess.run(command, input=source, capture_output=True, text=True)
        assert result.returncode == 0, f"{header} as {standard}:\n{result.stderr}"


def test_headers_are_c11():
    compile_headers(os.environ.get("SOWCL_C_COMPILER", "cc"), "c", "c11")


def test_headers_are_cxx17():
    for name in ("c++", "g++", "clang++"):
        if shutil.which(name):
            compile_headers(name, "c++", "c++17")
            return
    raise report.Skip("no C++ compiler")


report.run(globals())
