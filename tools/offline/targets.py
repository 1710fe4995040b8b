"""The targets of tools/compile_matrix: what compiles for each, which standards it takes, what it tells of kernels."""

import re
import shutil
import struct
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

from offline import intel
from offline.compilers import (Failed, Missing, amd_options, clang, clang_opencl, cuda_tool, find_clang, ptx_options,
                               run)
from offline.listings import (AMD, ELEMENT_BYTES, PTX, amd_number, blocks_of, group_elements, group_ways, spilled_amd,
                              spilled_nvidia)
from offline.versions import package_version, told_version

CLANG = ["clang-15"]  # the one whose bitcode is that of Debian's libclc, device libraries and translator
WARNINGS = ["-Wall", "-Wextra", "-Werror", "-Wno-unused-function"]
STANDARDS = ("CL1.2", "CL2.0", "CL3.0")


@dataclass
class Target:
    name: str
    about: str
    compile: Callable  # (text, standard) -> rows, a dictionary a kernel; raises Failed, Missing
    version: Callable  # () -> the compilers' versions in words; raises Missing
    lanes: tuple = ("1",)
    has_f64: bool = True
    has_native: bool = True  # native_log and its like
    standards: tuple = field(default=STANDARDS)
    counted: bool = True  # the rows have counts


# ---- Instructions per element ----

def per_element(kernel, blocks, dialect):
    """Of a fill what one more element costs, tools/count_instructions.py; None of other kernels."""
    name = re.fullmatch(r"sow_fill_(?!batch_|constant_)\w+?_(f8_e4m3|f8_e5m2|f32|f16|bf16|f64|i32)", kernel)
    if not name:
        return None
    elements = group_elements(name[1])
    try:
        one, two = group_ways(blocks, dialect, elements * ELEMENT_BYTES[name[1]])
    except Failed:
        return None
    return round((len(two) - len(one) if two else len(one)) / elements, 2)


def counts(kernel, listing, dialect, entry):
    blocks = blocks_of(listing, dialect, re.compile(entry, re.MULTILINE))
    return {"kernel": kernel, "instructions": sum(len(block.lines) for block in blocks.values()),
            "per_element": per_element(kernel, blocks, dialect)}


# ---- AMD ----

def compile_amd(target, text, standard):
    listing = clang(text, [*amd_options(target), *WARNINGS], CLANG, standard)
    rows = []
    for metadata in re.split(r"^  - \.args:", listing, flags=re.MULTILINE)[1:]:
        kernel = re.search(r"\.symbol:\s+(\w+)\.kd", metadata)[1]
        registers, spilled = spilled_amd(metadata)
        rows.append({**counts(kernel, listing, AMD, rf"^{kernel}:"), "registers": registers, "spilled": spilled,
                     "scratch": amd_number(metadata, "private_segment_fixed_size")})
    return rows


def amd(name, about):
    return Target(name, about, lambda text, standard: compile_amd(name, text, standard),
                  lambda: f"clang {told_version(find_clang(CLANG))}, device libraries "
                          f"{amd_options(name) and package_version('rocm-device-libs')}")


# ---- NVIDIA, whose native functions Debian's libclc does not have ----

def compile_ptx(text, standard):
    """Registers are the assembler's to hand out, so PTX has no spills; memory of a work-item it has."""
    listing = clang(text, [*ptx_options(), *WARNINGS], CLANG, standard)
    rows = []
    for kernel, body in re.findall(r"\.entry (\w+)\(.*?\n\)(.*?)^}", listing, re.MULTILINE | re.DOTALL):
        local = re.search(r"\.local .*?__local_depot\w*\[(\d+)\]", body)
        rows.append({**counts(kernel, listing, PTX, rf"\.entry {kernel}\("), "scratch": int(local[1]) if local else 0})
    return rows


def ptx_version():
    return f"clang {told_version(find_clang(CLANG))}, libclc {ptx_options() and package_version('libclc-15')}"


def code_bytes(binary):
    """{kernel: bytes of code}, from a cubin's sections: 64-bit ELF, little-endian."""
    data = binary.read_bytes()
    start, = struct.unpack_from("<Q", data, 40)
    size, count, names_index = struct.unpack_from("<HHH", data, 58)
    sections = [struct.unpack_from("<IIQQQQ", data, start + i * size) for i in range(count)]
    names = sections[names_index][4]
    found = {}
    for name_offset, _, _, _, _, length in sections:
        name = data[names + name_offset:data.index(b"\0", names + name_offset)].decode()
        if name.startswith(".text."):
            found[name.removeprefix(".text.")] = length
    return found


def compile_sass(target, text, standard):
    """An instruction has 16 bytes; what pads the code is counted, too."""
    ptx = clang(text, [*ptx_options(), *WARNINGS], CLANG, standard)
    with tempfile.TemporaryDirectory() as folder:
        source, binary = Path(folder) / "k.ptx", Path(folder) / "k.cubin"
        source.write_text(ptx)
        said = run([cuda_tool("ptxas", None), "-v", f"-arch={target}", str(source), "-o", str(binary)])[1]
        code = code_bytes(binary)
    rows = []
    for kernel, told in re.findall(r"Compiling entry function '(\w+)'(.*?Used \d+ registers)", said, re.DOTALL):
        registers, spilled = spilled_nvidia(told)
        rows.append({"kernel": kernel, "instructions": code[kernel] // 16, "registers": registers, "spilled": spilled,
                     "scratch": int(re.search(r"(\d+) bytes stack frame", told)[1])})
    return rows


def sass(name, about):
    return Target(name, about, lambda text, standard: compile_sass(name, text, standard),
                  lambda: f"{ptx_version()}, ptxas {ptxas_version()}", has_native=False)


def ptxas_version():
    said = run([cuda_tool("ptxas", None), "--version"])[0]
    return re.search(r"release ([\d.]+)", said)[1]


# ---- Intel ----

def gpu_of_intel(name, about, has_f64, standards=STANDARDS):
    return Target(name, about, lambda text, standard: intel.compile_intel(text, name, standard), intel.version,
                  has_f64=has_f64, standards=standards)


# ---- SPIR-V and processors: warnings and validity only ----

def tool(name, package):
    found = shutil.which(name)
    if not found:
        raise Missing(f"{name}: apt-get install {package}")
    return found


def compile_spirv(triple, text, standard):
    """Not optimised: Debian's translator knows no freeze, and of loops that clang has turned it writes blocks in an
    order that is not valid."""
    with tempfile.TemporaryDirectory() as folder:
        bitcode, binary = str(Path(folder) / "k.bc"), str(Path(folder) / "k.spv")
        run([find_clang(CLANG), "-target", triple, *clang_opencl(standard), *WARNINGS, "-O0", "-emit-llvm", "-c", "-",
             "-o", bitcode], text)
        run([tool("llvm-spirv-15", "llvm-spirv-15"), "--spirv-max-version=1.1", bitcode, "-o", binary])
        run([tool("spirv-val", "spirv-tools"), "--target-env", "opencl2.2", binary])
    return []


def spirv(name, about):
    return Target(name, about, lambda text, standard: compile_spirv(f"{name}-unknown-unknown", text, standard),
                  lambda: f"clang {told_version(find_clang(CLANG))}, translator "
                          f"{told_version(tool('llvm-spirv-15', 'llvm-spirv-15'))}, spirv-val "
                          f"{told_version(tool('spirv-val', 'spirv-tools'))}", counted=False)


def compile_processor(text, standard):
    """psabi: of vectors of eight clang warns that functions, all inlined, would take them another way."""
    clang(text, ["-target", "x86_64-unknown-linux-gnu", "-march=haswell", *WARNINGS, "-Wno-psabi"], CLANG, standard)
    return []


TARGETS = {target.name: target for target in (
    gpu_of_intel("bdw", "Intel Gen8", True),
    gpu_of_intel("skl", "Intel Gen9", True),
    gpu_of_intel("icllp", "Intel Gen11", False),
    gpu_of_intel("tgllp", "Intel Xe-LP", False),
    gpu_of_intel("dg1", "Intel Xe-LP, discrete", False),
    gpu_of_intel("adl-s", "Intel Xe-LP, Alder Lake", False),
    gpu_of_intel("dg2-g10", "Intel Xe-HPG", False),
    # Of OpenCL C 3.0 its own header does not compile: it uses images, which the device has not.
    gpu_of_intel("pvc", "Intel Xe-HPC", True, STANDARDS[:2]),
    amd("gfx803", "AMD GCN 3"),
    amd("gfx906", "AMD GCN 5"),
    amd("gfx90a", "AMD CDNA 2"),
    amd("gfx1030", "AMD RDNA 2"),
    Target("ptx", "NVIDIA, PTX of sm_80", compile_ptx, ptx_version, has_native=False),
    sass("sm_80", "NVIDIA Ampere, of that PTX"),
    sass("sm_90", "NVIDIA Hopper, of that PTX"),
    spirv("spir64", "SPIR-V 1.1, 64 bit"),
    spirv("spir", "SPIR-V 1.1, 32 bit"),
    Target("x86_64", "processors, eight lanes", compile_processor,
           lambda: f"clang {told_version(find_clang(CLANG))}", lanes=("8",), counted=False),
)}
