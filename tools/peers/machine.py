"""What a figure needs beside it: the machine, versions, date and load."""

import datetime
import os
import platform
import re
import subprocess
from pathlib import Path


def first_match(path, pattern):
    try:
        found = re.search(pattern, Path(path).read_text(encoding="utf-8", errors="replace"), re.MULTILINE)
    except OSError:
        return None
    return found.group(1).strip() if found else None


def processors():
    """As many as this process may use."""
    return len(os.sched_getaffinity(0))


def machine():
    memory = first_match("/proc/meminfo", r"^MemTotal:\s*(\d+) kB")
    system = first_match("/etc/os-release", r'^PRETTY_NAME="?([^"]*)') or platform.system()
    processor = first_match("/proc/cpuinfo", r"^model name\s*:\s*(.*)") or platform.machine()
    return {"processor": processor,
            "processors": str(processors()),
            "memory": f"{int(memory) / 2**20:.1f} GiB" if memory else "unknown",
            "system": f"{system}, kernel {platform.release()}"}


def sowcl_version(root):
    """The headers' version, and the commit where git or what gpu_check packed knows it."""
    header = Path(root) / "include" / "sowcl" / "base.h"
    version = ".".join(first_match(header, rf"define SOW_VERSION_{part} (\d+)") or "?"
                       for part in ("MAJOR", "MINOR", "PATCH"))
    try:
        commit = subprocess.run(["git", "-C", str(root), "describe", "--always", "--dirty"], check=True,
                                capture_output=True, text=True, timeout=20).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        commit = first_match(Path(root) / "build" / "gpu_check" / "commit", "(.+)")
    return f"{version} ({commit})" if commit else version


def date():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")


def load():
    return " ".join(f"{value:.2f}" for value in os.getloadavg())
