"""Compilers of the vendors that run without a device."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CLANGS = ["clang-19", "clang-15"]
NVIDIA_LIBRARIES = ["/usr/lib/clc/nvptx64--nvidiacl.bc"]
AMD_LIBRARIES = ["/usr/lib/x86_64-linux-gnu/amdgcn/bitcode", "/usr/lib/aarch64-linux-gnu/amdgcn/bitcode",
                 "/opt/rocm/amdgcn/bitcode"]


class Missing(Exception):
    """A tool that is not here; the text says which and how to get it."""


class Failed(Exception):
    """A kernel that does not compile, or whose listing does not show what it should."""


def first_existing(paths, missing):
    for path in paths:
        if Path(path).exists():
            return str(path)
    raise Missing(missing)


def cuda_tool(name, folder):
    if folder and (Path(folder) / name).exists():
        return str(Path(folder) / name)
    found = shutil.which(name)
    if found:
        return found
    for base in [Path("/usr/local/cuda/bin"), *(Path(path) / "nvidia/cu13/bin" for path in sys.path)]:
        if (base / name).exists():
            return str(base / name)
    package = {"ptxas": "nvidia-cuda-nvcc", "nvdisasm": "nvidia-cuda-nvdisasm"}[name]
    raise Missing(f"{name}: install the CUDA toolkit, or {package} from PyPI, and say --cuda DIR")


def run(command, text=None, **options):
    result = subprocess.run(command, input=text, capture_output=True, text=True, **options)
    if result.returncode != 0:
        raise Failed(f"{Path(command[0]).name}:\n{result.stderr}{result.stdout}")
    return result.stdout, result.stderr


def find_clang(names=None):
    compiler = next(filter(None, map(shutil.which, names or CLANGS)), None)
    if compiler is None:
        raise Missing(f"{' or '.join(names or CLANGS)}: apt-get install {(names or CLANGS)[0]}")
    return compiler


def clang_opencl(standard):
    """The options of OpenCL C. Runtimes define __OPENCL_VERSION__; clang by itself does not."""
    version = standard.removeprefix("CL").replace(".", "") + "0"
    return ["-x", "cl", f"-cl-std={standard}", f"-D__OPENCL_VERSION__={version}", "-Xclang",
            "-finclude-default-header"]


def clang(text, options, names=None, standard="CL1.2"):
    """The assembly of a program."""
    return run([find_clang(names), *options, *clang_opencl(standard), "-O3", "-S", "-", "-o", "-"], text)[0]


def ptx_options():
    library = first_existing(NVIDIA_LIBRARIES, "libclc-15: apt-get install libclc-15")
    return ["-target", "nvptx64-unknown-nvidiacl", "-Xclang", "-target-cpu", "-Xclang", "sm_80", "-Xclang",
            "-mlink-builtin-bitcode", "-Xclang", library]


def amd_options(target):
    library = first_existing(AMD_LIBRARIES, "rocm-device-libs: apt-get install rocm-device-libs")
    return ["-target", "amdgcn-amd-amdhsa", f"-mcpu={target}", f"--rocm-device-lib-path={library}"]


