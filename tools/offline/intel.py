"""Intel's ocloc, the compiler of its GPUs' driver as a program, and what it says of a kernel."""

import os
import re
import shutil
import tempfile
from pathlib import Path

from offline.compilers import Failed, Missing, run
from offline.versions import package_version

ROOT = Path(__file__).resolve().parents[2]
UNPACKED = ROOT / "build" / "ocloc" / "usr"  # tools/setup test
# Of a program binary's patch list, igc/inc/common/..._patch_list.h: two tokens of a kernel, each followed by words in hex.
SCRATCH_TOKEN, ENVIRONMENT_TOKEN = 18, 23


def find():
    """(program, environment)"""
    environment = dict(os.environ)
    found = shutil.which("ocloc")
    if (UNPACKED / "bin" / "ocloc").exists():
        libraries = ":".join(str(path) for path in [*UNPACKED.glob("lib/*-linux-gnu"), UNPACKED / "lib"])
        environment["LD_LIBRARY_PATH"] = f"{libraries}:{os.environ.get('LD_LIBRARY_PATH', '')}".rstrip(":")
        found = str(UNPACKED / "bin" / "ocloc")
    if not found:
        raise Missing("ocloc: tools/setup test unpacks Debian's intel-opencl-icd")
    return found, environment


def version():
    program, environment = find()
    with tempfile.TemporaryDirectory() as folder:
        try:
            run([program, "query", "OCL_DRIVER_VERSION"], cwd=folder, env=environment)
        except Failed as reason:
            raise Missing(f"ocloc that runs: {str(reason).strip()}") from None
        texts = [path.read_text(errors="replace").strip("\0 \n") for path in Path(folder).iterdir()]
    return f"ocloc {' '.join(texts)}, IGC {package_version('libigc1')}"


def token_words(kernel, token):
    """The 32-bit words of a kernel's token; none where it has no such token."""
    found = re.search(rf"Token {token}\n\s*4 Size \d+\n\s*Hex ([0-9a-f ]+)", kernel)
    data = bytes(int(text, 16) for text in found[1].split()) if found else b""
    return [int.from_bytes(data[i:i + 4], "little") for i in range(0, len(data), 4)]


def instructions(listing):
    """Lines that are instructions, not labels or comments; sync.nop only waits for one that is counted."""
    lines = (line.strip() for line in listing.splitlines())
    return sum(1 for line in lines if re.match(r"(?:\(\S+\)\s+)?[a-z]\w*", line) and not re.match(r"\S+:$|//", line)
               and "sync.nop" not in line)


def spills(said):
    return {name: int(count) for name, count in re.findall(r"kernel (\w+)\s+compiled .* spilled around (\d+)", said)}


def describe(folder, spilled):
    """What the disassembled binary in a folder holds, a dictionary a kernel."""
    rows = []
    kernels = re.split(r"^Kernel #\d+$", (folder / "PTM.txt").read_text(errors="replace"), flags=re.MULTILINE)[1:]
    for kernel in kernels:
        name = re.search(r"KernelName (\w+)", kernel)[1]
        scratch, environment = token_words(kernel, SCRATCH_TOKEN), token_words(kernel, ENVIRONMENT_TOKEN)
        listing = folder / f"{name}_KernelHeap.asm"
        if not listing.exists():
            raise Failed(f"ocloc disassembles no {name}: no libiga64.so")
        rows.append({"kernel": name, "instructions": instructions(listing.read_text()), "width": environment[3],
                     "spilled": spilled.get(name, 0), "scratch": scratch[1] if scratch else 0})
    return rows


def compile_intel(text, device, standard):
    program, environment = find()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "k.cl").write_text(text)
        (folder / "dump").mkdir()
        said = run([program, "compile", "-file", "k.cl", "-device", device, "-options",
                    f"-cl-std={standard} -Werror"], cwd=folder, env=environment)[0]
        others = [line for line in said.splitlines() if "warning" in line and "spilled around" not in line]
        if others:
            raise Failed("\n".join(others))
        binary, = folder.glob("*.bin")
        run([program, "disasm", "-file", binary.name, "-device", device, "-dump", "dump"], cwd=folder, env=environment)
        return describe(folder / "dump", spills(said))
