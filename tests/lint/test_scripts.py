"""The shell scripts pass shellcheck and the Python ones compile."""

import shutil
import subprocess

import report


def first_line(path):
    with open(report.SOURCE_DIR / path, "rb") as file:
        return file.readline(80)


def test_shell_scripts_pass_shellcheck():
    if not shutil.which("shellcheck"):
        raise report.Skip("no shellcheck")
    scripts = [str(path) for path in report.files()
               if first_line(path).startswith((b"#!/bin/sh", b"#!/bin/bash"))]
    assert scripts
    result = subprocess.run(["shellcheck", *scripts], cwd=report.SOURCE_DIR, capture_output=True,
                            text=True)
    assert result.returncode == 0, result.stdout


def test_python_scripts_compile():
    for path in report.files():
        if path.suffix == ".py" or first_line(path).startswith(b"#!/usr/bin/env python3"):
            compile(report.read(path), str(path), "exec")


report.run(globals())
