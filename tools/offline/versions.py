"""Versions of what is installed."""

import re
import subprocess


def package_version(package):
    """The upstream part of a Debian package's version; 'unknown' elsewhere."""
    try:
        said = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True).stdout
    except OSError:
        said = ""
    return re.sub(r"^\d+:|[-+].*$", "", said) or "unknown"


def told_version(program):
    """The first number with points that `program --version` prints."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True)
    found = re.search(r"\d+(?:\.\d+)+", said.stdout + said.stderr)
    return found[0] if found else "unknown"
