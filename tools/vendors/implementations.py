"""The OpenCL implementations that tools/matrix knows, how to set them up, and what each shows of itself."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path

from vendors import debian

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build" / "implementations"
VENDORS = Path("/etc/OpenCL/vendors")
OCLGRIND = "liboclgrind-rt-icd.so"
LIBRARY_FOLDERS = ("/usr/lib", "/usr/local/lib", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu")
GPU = "gpu"  # whatever the machine's drivers show: GPUs


@dataclass
class Implementation:
    name: str
    about: str
    how: str  # to get it
    vendors: str = ""  # OCL_ICD_VENDORS
    pip: tuple = ()  # what PyPI has of it
    library: str = ""  # in what pip installs
    environment: dict = field(default_factory=dict)
    dtypes: tuple = ()  # only these; none: all
    release: str = ""  # the Debian that it is of, where not the system's
    launcher: tuple = ()  # begins each command


@dataclass
class Device:
    implementation: Implementation
    selector: str
    about: dict  # as `sowcl devices --json` tells it


KNOWN = (
    Implementation("pocl", "PoCL", "apt-get install pocl-opencl-icd", vendors="pocl.icd"),
    Implementation("pocl-pypi", "PoCL of PyPI", "pip install pocl-binary-distribution",
                   pip=("pocl-binary-distribution",), library="libpocl-*.so"),
    Implementation("pocl-trixie", "PoCL of Debian 13", "pocl-opencl-icd of Debian 13", release="trixie",
                   library="libpocl.so.*"),
    # 22.3 compiles some programs for minutes; the tests run it in the other dtypes, too.
    Implementation("rusticl", "Mesa rusticl, llvmpipe", "apt-get install mesa-opencl-icd", vendors="rusticl.icd",
                   environment={"RUSTICL_ENABLE": "llvmpipe"}, dtypes=("f32", "bf16")),
    Implementation("rusticl-trixie", "Mesa rusticl, llvmpipe, of Debian 13", "mesa-opencl-icd of Debian 13",
                   release="trixie", library="libRusticlOpenCL.so.1", environment={"RUSTICL_ENABLE": "llvmpipe"}),
    # Of what clang's optimisers make of orthogonal matrices it lacks llvm.usub.sat.
    Implementation("oclgrind", "Oclgrind, a simulator", "apt-get install oclgrind",
                   environment={"OCLGRIND_BUILD_OPTIONS": "-cl-opt-disable"}),
    Implementation("intel", "Intel's runtime for processors", "pip install intel-opencl-rt intel-cmplr-lib-rt",
                   pip=("intel-opencl-rt", "intel-cmplr-lib-rt"), library="libintelocl.so"),
)


class Absent(Exception):
    """Not here; the text says why."""


def folder_of(implementation):
    """Below build/implementations: the system's own list of drivers stays as it is."""
    return FOLDER / (implementation.release or implementation.name)


def install(implementation):
    folder = folder_of(implementation)
    if implementation.release:
        try:
            debian.fetch(folder, implementation.release)
        except debian.CannotFetch as reason:
            raise Absent(f"{implementation.how}: {reason}") from None
        return
    try:
        result = subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--ignore-installed", "--prefix",
                                 str(folder.with_suffix(".new")), *implementation.pip], capture_output=True, text=True)
    except OSError as reason:
        raise Absent(f"{implementation.how}: {reason}") from None
    if result.returncode != 0:
        raise Absent(f"{implementation.how}: {(result.stderr.strip().splitlines() or ['it failed'])[-1]}")
    folder.with_suffix(".new").rename(folder)


def installed_library(implementation, is_set_up):
    """The library of what is installed by hand. A loader that pip has put beside it is never found by name."""
    folder = folder_of(implementation)
    if not folder.exists() and is_set_up:
        print(f"matrix: {implementation.how}, into {folder}", file=sys.stderr, flush=True)
        install(implementation)
    found = sorted(folder.rglob(implementation.library))
    if not found:
        raise Absent(implementation.how)
    if implementation.pip:
        for loader in found[0].parent.glob("libOpenCL.so*"):
            loader.unlink()
    return str(found[0])


def vendors_of(implementation, is_set_up):
    """OCL_ICD_VENDORS for it alone."""
    if implementation.name == "oclgrind":
        found = [str(path) for folder in LIBRARY_FOLDERS for path in (Path(folder) / OCLGRIND,
                                                                      Path(folder) / "oclgrind" / OCLGRIND)
                 if path.exists()]
        if not found:
            raise Absent(implementation.how)
        return found[0]
    if implementation.library:
        return installed_library(implementation, is_set_up)
    if not (VENDORS / implementation.vendors).exists():
        raise Absent(implementation.how)
    return implementation.vendors


def complete(implementation, is_set_up):
    vendors = vendors_of(implementation, is_set_up)
    launcher = debian.launcher(folder_of(implementation)) if implementation.release else []
    return replace(implementation, vendors=vendors, launcher=tuple(launcher))


def environment_of(implementation):
    changes = dict(implementation.environment)
    if implementation.vendors:
        changes["OCL_ICD_VENDORS"] = implementation.vendors
    for variable in ("POCL_CACHE_DIR", "MESA_SHADER_CACHE_DIR"):  # drivers of two releases would share one
        changes[variable] = str(FOLDER / "cache" / implementation.name)
    Path(changes["POCL_CACHE_DIR"]).mkdir(parents=True, exist_ok=True)
    return {**os.environ, **changes}


def devices_of(implementation, program):
    """Its devices, the host aside."""
    result = subprocess.run([*implementation.launcher, program, "devices", "--json"], env=environment_of(implementation), capture_output=True,
                            text=True, timeout=300)
    if result.returncode != 0:
        raise Absent(f"sowcl devices ends with {result.returncode}: {result.stderr.strip()}")
    return [Device(implementation, about["selector"], about) for about in json.loads(result.stdout)["devices"]
            if about["rank"] != "host"]


def find(names, program, is_set_up):
    """The devices of the implementations of these names, and {name: why it is left out}. Real GPUs are an implementation
    each, whoever's driver they have."""
    devices, absent = [], {}
    for known in KNOWN:
        if known.name not in names:
            continue
        try:
            found = devices_of(complete(known, is_set_up), program)
            if not found:
                raise Absent("it shows no device")
            devices.append(found[0])
        except Absent as reason:
            absent[known.name] = str(reason)
    if GPU in names:
        found = [device for device in devices_of(Implementation(GPU, "a GPU", ""), program)
                 if device.about["rank"] == "gpu"]
        devices += [replace(device, implementation=Implementation(f"gpu{number}", device.about["name"], ""))
                    for number, device in enumerate(found)]
        if not found:
            absent[GPU] = "no driver shows one"
    return devices, absent
