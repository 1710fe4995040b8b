"""Drivers of a later Debian, beside the system's: fetched and unpacked by apt and dpkg, and run with that release's C library."""

import os
import shutil
import subprocess
from pathlib import Path

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
MIRROR = "http://deb.debian.org/debian"
# What the program itself is linked with, too: of one process all comes from one release.
PACKAGES = ("pocl-opencl-icd", "mesa-opencl-icd", "libc6", "libstdc++6", "ocl-icd-libopencl1", "libjansson4", "libclblast1")


class CannotFetch(Exception):
    """The text says why."""


def configuration(folder, release):
    """A configuration of apt that knows this release only and nothing that is installed. Its path."""
    for name in ("state/lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "status").touch()
    (folder / "sources.list").write_text(f"deb [signed-by={KEYRING}] {MIRROR} {release} main\n")
    path = folder / "apt.conf"
    path.write_text(f'Dir::State "{folder}/state";\nDir::State::status "{folder}/status";\n'
                    f'Dir::Cache "{folder}/cache";\nDir::Etc::SourceList "{folder}/sources.list";\n'
                    'Dir::Etc::SourceParts "-";\nAPT::Sandbox::User "root";\n')
    return path


def run(command, **changes):
    result = subprocess.run(command, env={**os.environ, **changes}, capture_output=True, text=True)
    if result.returncode != 0:
        raise CannotFetch(f"{command[0]}: {(result.stderr.strip().splitlines() or ['it failed'])[-1]}")


def fetch(folder, release):
    """Unpacks the packages and what they need in `folder`."""
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb") or not Path(KEYRING).exists():
        raise CannotFetch("no apt-get, dpkg-deb or Debian's keyring")
    work, made = folder.with_suffix(".apt"), folder.with_suffix(".new")
    settings = {"APT_CONFIG": str(configuration(work, release)), "DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "-q", "update"], **settings)
    run(["apt-get", "-qy", "--download-only", "--no-install-recommends", "install", *PACKAGES], **settings)
    for package in sorted((work / "cache" / "archives").glob("*.deb")):
        run(["dpkg-deb", "-x", str(package), str(made)])
    (made / "usr" / "lib" / "lib").symlink_to(".")  # Mesa looks for clang's headers in lib/clang beside its folder
    shutil.rmtree(work)
    made.rename(folder)


def launcher(folder):
    """The command's beginning that starts a program of this system with the libraries of that folder."""
    libraries = next(folder.glob("usr/lib/*-linux-gnu"))
    return [str(next(libraries.glob("ld-linux-*.so.*"))), "--library-path", str(libraries)]
