#!/usr/bin/env python3
"""Counts the instructions that a kernel executes per element on GPUs, from code compiled without one.

    tools/count_instructions.py                                  every distribution, dtype and target
    tools/count_instructions.py --only normal/bf16 uniform/f32 --target sm_90
    tools/count_instructions.py --markdown | --json              tables for documents, for programs
    tools/count_instructions.py --list --only normal/f32 --target sm_90      the way of two groups

Targets are ptx, sm_80, sm_90, gfx906, gfx90a and gfx1030. They need, where one is missing, named at the end:

    clang-19 or clang-15     apt-get install clang-19                       all
    libclc-15                apt-get install libclc-15                      ptx, sm_*
    rocm-device-libs         apt-get install rocm-device-libs               gfx*
    ptxas, nvdisasm          the CUDA toolkit, or the packages nvidia-cuda-nvcc and nvidia-cuda-nvdisasm of
                             PyPI; found in PATH, in --cuda DIR, or in the folder of PyPI's     sm_*

Leave libclc-19 alone: in Debian 12 it removes libclc-15 and Mesa's rusticl with it.

NVIDIA's driver compiles OpenCL C with a compiler of its own, so sm_* is what clang's PTX becomes by NVIDIA's
assembler: a model, which is better than the driver's code in places and worse in others. Versions of clang
differ, too: 15 splits a wide multiply into two for gfx*, 19 does not.

What is counted is what one more group of elements costs a work-item in the middle of a row: the difference
between two ways through the code, that of a work-item with two whole groups and that of one with one. Each way
is found in the listing: of all ways from the entry to an exit, the one of the fewest instructions that writes
just that many groups, each by one instruction. That leaves out items at an edge, which write element by
element, and the rows of a region, which take longer than none. Of a kernel that computes one group, its whole
way counts. Registers are the whole kernel's, and so is what is spilled: bytes for sm_*, registers for gfx*, vector and scalar ones.

Exits with 0, or with 1 if a kernel does not compile or has no such way."""

import argparse
import heapq
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KERNELS = ROOT / "kernels"
CLANGS = ["clang-19", "clang-15"]
CLANG_FLAGS = ["-x", "cl", "-cl-std=CL1.2", "-D__OPENCL_VERSION__=120", "-Xclang",
               "-finclude-default-header", "-O3", "-S", "-I", str(KERNELS), "-", "-o", "-"]
NVIDIA_LIBRARIES = ["/usr/lib/clc/nvptx64--nvidiacl.bc"]
AMD_LIBRARIES = ["/usr/lib/x86_64-linux-gnu/amdgcn/bitcode", "/usr/lib/aarch64-linux-gnu/amdgcn/bitcode",
                 "/opt/rocm/amdgcn/bitcode"]
ELEMENT_BYTES = {"f64": 8, "f32": 4, "i32": 4, "f16": 2, "bf16": 2, "f8_e4m3": 1, "f8_e5m2": 1}


class Missing(Exception):
    """A tool that is not here; the text says which and how to get it."""


class Failed(Exception):
    """A kernel that does not compile, or whose listing does not show what it should."""


# ---- Programs ----

def combinations():
    """(distribution, dtype) of every program that draws, from the names of the kernels' functions."""
    text = "".join(path.read_text() for path in sorted(KERNELS.glob("*.clh")))
    narrow = sorted(set(re.findall(r"static sowk_u sowk_round_(\w+)\(", text)))
    pairs = [(draw, dtype) for draw in sorted(set(re.findall(r"static void sowk_draw_(\w+)\(", text)))
             for dtype in narrow if (draw == "bits") == (dtype == "i32")]
    return pairs + [(draw, "f64") for draw in sorted(set(re.findall(r"static void sowk_draw64_(\w+)\(", text)))]


def program(distribution, dtype):
    """The program's text. The parts include what they need; fill.cl is handed over without its include, as
    cmake/embed.cmake does, since f64 has another."""
    suffix, fill = ("_f64", "fill64") if dtype == "f64" else ("", "fill")
    entry = re.sub(r"^#include.*$", "", (KERNELS / "fill.cl").read_text(), flags=re.MULTILINE)
    return ("#define SOWK_LANES 1\n#define SOWK_APART 1\n"
            f"#define SOWK_DISTRIBUTION {distribution}\n#define SOWK_DTYPE {dtype}\n"
            f'#include "{distribution}{suffix}.clh"\n#include "{fill}.clh"\n{entry}')


def group_elements(dtype):
    """A block's."""
    return 2 if dtype == "f64" else 4


# ---- Tools ----

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


def run(command, text=None):
    result = subprocess.run(command, input=text, capture_output=True, text=True)
    if result.returncode != 0:
        raise Failed(f"{Path(command[0]).name}:\n{result.stderr}")
    return result.stdout, result.stderr


def clang(text, options):
    compiler = next(filter(None, map(shutil.which, CLANGS)), None)
    if compiler is None:
        raise Missing(f"{' or '.join(CLANGS)}: apt-get install {CLANGS[0]}")
    return run([compiler, *options, *CLANG_FLAGS], text)[0]


def compile_ptx(text):
    library = first_existing(NVIDIA_LIBRARIES, "libclc-15: apt-get install libclc-15")
    return clang(text, ["-target", "nvptx64-unknown-nvidiacl", "-Xclang", "-target-cpu", "-Xclang", "sm_80",
                        "-Xclang", "-mlink-builtin-bitcode", "-Xclang", library])


def compile_amd(text, target):
    library = first_existing(AMD_LIBRARIES, "rocm-device-libs: apt-get install rocm-device-libs")
    return clang(text, ["-target", "amdgcn-amd-amdhsa", f"-mcpu={target}",
                        f"--rocm-device-lib-path={library}"])


def assemble(ptx, target, cuda):
    """The listing of the machine code, and what ptxas says of its use of registers."""
    ptxas, nvdisasm = cuda_tool("ptxas", cuda), cuda_tool("nvdisasm", cuda)
    with tempfile.TemporaryDirectory() as folder:
        source, binary = Path(folder) / "kernel.ptx", Path(folder) / "kernel.cubin"
        source.write_text(ptx)
        said = run([ptxas, "-v", f"-arch={target}", str(source), "-o", str(binary)])[1]
        return run([nvdisasm, "-c", str(binary)])[0], said


# ---- Listings: blocks of instructions ----

@dataclass
class Block:
    lines: list = field(default_factory=list)  # instructions as text, the guard first
    targets: list = field(default_factory=list)  # labels of what can follow
    falls: bool = True  # into the next block
    exits: bool = False


@dataclass
class Dialect:
    """How one assembly language writes what is looked for."""
    instruction: re.Pattern  # text of an instruction in a line
    label: re.Pattern
    end: re.Pattern  # the first line behind the kernel
    branch: re.Pattern  # target
    jump: re.Pattern  # a branch that is always taken
    leave: re.Pattern
    local: re.Pattern  # local memory, or a call
    store: re.Pattern  # kind of a store to global memory
    store_bytes: dict
    name: re.Pattern  # the instruction's name


PTX = Dialect(
    instruction=re.compile(r"^\s+(?!\.)([@\w].*?);"), label=re.compile(r"^(\$L\w+):"), end=re.compile(r"^}"),
    branch=re.compile(r"\bbra(?:\.uni)?\s+(\$\w+)"), jump=re.compile(r"^bra"), leave=re.compile(r"^ret"),
    local=re.compile(r"\b(?:ld|st)\.local|\bcall"), store=re.compile(r"\bst\.global((?:\.v\d)?\.\w+)"),
    store_bytes={f"{v}.{t}{8 * b}": b * n for v, n in (("", 1), (".v2", 2), (".v4", 4))
                 for t in "ufb" for b in (1, 2, 4, 8)},
    name=re.compile(r"^(?:@!?\S+\s+)?(\S+)"))
SASS = Dialect(
    instruction=re.compile(r"^\s+/\*[0-9a-f]{4,}\*/\s+(.*?)\s*;"), label=re.compile(r"^(\.L_x_\d+):"),
    end=re.compile(r"^\s+\.type\s+\$|^\$__"), branch=re.compile(r"\bBRA\S*\s.*`\((\S+)\)"),
    jump=re.compile(r"^BRA\S* `"), leave=re.compile(r"^EXIT"), local=re.compile(r"\b(?:STL|LDL|CALL)\b"),
    store=re.compile(r"\bSTG\.E((?:\.EF)?(?:\.U?S?\d+)?)"),
    store_bytes={"": 4, ".128": 16, ".64": 8, ".U16": 2, ".U8": 1},
    name=re.compile(r"^(?:@!?\S+\s+)?(\S+)"))
AMD = Dialect(
    instruction=re.compile(r"^\s+([a-z]\w+.*?)\s*(?:;.*)?$"), label=re.compile(r"^(\.LBB\d+_\d+):"),
    end=re.compile(r"^\s*\.section|^\.Lfunc_end"), branch=re.compile(r"\bs_c?branch\w*\s+(\S+)"),
    jump=re.compile(r"^s_branch"), leave=re.compile(r"^s_endpgm"), local=re.compile(r"^(?:buffer_|scratch_|ds_)"),
    store=re.compile(r"^global_store_(\w+)"),
    store_bytes={"dwordx4": 16, "dwordx3": 12, "dwordx2": 8, "dword": 4, "short": 2, "byte": 1,
                 "short_d16_hi": 2, "byte_d16_hi": 1},
    name=re.compile(r"^(\S+)"))


def blocks_of(listing, dialect, entry):
    """The kernel's blocks by label, in the order of the text; the first is the entry."""
    lines = iter(listing.splitlines())
    for line in lines:
        if entry.search(line):
            break
    current, made = Block(), {}
    made["entry"] = current
    for line in lines:
        if dialect.end.search(line):
            break
        label, instruction = dialect.label.match(line), dialect.instruction.match(line)
        if label:
            current = made[label[1]] = Block()
        elif instruction:
            text = instruction[1]
            current.lines.append(text)
            branch = dialect.branch.search(text)
            if branch:
                current.targets.append(branch[1])
            if dialect.jump.match(text) or dialect.leave.match(text):
                current.falls = False
            current.exits |= bool(dialect.leave.search(text.split(None, 1)[-1]) or dialect.leave.match(text))
            if branch or current.exits:
                current = made[f"behind {len(made)}"] = Block()
    return made


def stores_of(block, dialect):
    return [dialect.store_bytes[match[1]] for line in block.lines if (match := dialect.store.search(line))]


def whole_group_path(made, dialect, group_bytes, groups):
    """The instructions of the shortest way from the entry to an exit that stores so many groups; None: none."""
    names = list(made)
    following = dict(zip(names, names[1:]))
    stores = {name: stores_of(made[name], dialect) for name in names}
    closed = {name for name in names if any(size != group_bytes for size in stores[name])
              or any(dialect.local.search(line) for line in made[name].lines)}
    queue, seen = [(len(made["entry"].lines), "entry", len(stores["entry"]), ("entry",))], set()
    while queue:
        length, name, total, path = heapq.heappop(queue)
        block = made[name]
        if (name, total) in seen or total > groups:
            continue
        seen.add((name, total))
        if block.exits and total == groups:
            return [line for step in path for line in made[step].lines]
        ways = block.targets + ([following[name]] if block.falls and name in following else [])
        for way in ways:
            if way in made and way not in closed:
                heapq.heappush(queue, (length + len(made[way].lines), way, total + len(stores[way]),
                                       (*path, way)))
    return None


def steady_path(made, dialect, group_bytes, classes):
    """The way of two groups, and the classes of what the second one costs; of a kernel that writes one only, its
    whole way."""
    one = whole_group_path(made, dialect, group_bytes, 1)
    if one is None:
        raise Failed("no way through the code writes whole groups")
    two = whole_group_path(made, dialect, group_bytes, 2)
    if two is None:
        return one, classify(one, dialect, classes)
    return two, classify(two, dialect, classes) - classify(one, dialect, classes)


# ---- Classes and limits ----

# The first pattern that fits decides. IMAD.MOV, .SHL and .IADD are copies, shifts and sums in the
# multiplier's clothes. U... are the uniform datapath's.
SASS_CLASSES = [
    ("multiply wide", r"IMAD\.(?:WIDE|HI)"), ("multiply", r"IMAD\.|IMAD$"), ("logic", r"LOP3|PLOP3"),
    ("f32", r"FFMA|FMUL|FADD|HFMA2"), ("f64", r"DFMA|DMUL|DADD|DSETP"), ("convert", r"I2FP"),
    ("convert slowly", r"I2F|F2I|F2F|MUFU|POPC|FLO"), ("compare", r"[FI]SETP|FSEL|SEL|V?[FI]MNMX"),
    ("add, shift, move", r"IADD|VIADD|SHF|LEA|PRMT|MOV|CS2R|BMSK|SGXT|IABS"), ("memory", r"STG|LDG|LDC$|LDC\."),
    ("uniform", r"U[A-Z]|S2UR|R2UR|VOTEU"), ("control", r"BRA|EXIT|BSSY|BSYNC|S2R|NOP|CALL|RET|WARPSYNC|BREAK")]
PTX_CLASSES = [
    ("multiply wide", r"mul\.wide|mul\.hi|mad\.wide"), ("multiply 64", r"(?:mul|mad)\.lo\.[su]64"),
    ("multiply", r"(?:mul|mad)"), ("f32", r"(?:fma|add|sub|mul|neg)\S*\.f32"), ("f64", r"\S+\.f64"),
    ("logic", r"(?:xor|or|and|not|lop3)\."), ("convert", r"cvt\.rn"), ("compare", r"setp|selp|min|max"),
    ("memory", r"ld\.|st\."), ("control", r"bra|ret"), ("add, shift, move", r"\S+")]
AMD_CLASSES = [
    ("multiply", r"v_mul_lo_u32|v_mul_hi_u32|v_mad_u64_u32"), ("f64", r"v_\w+_f64"),
    ("convert", r"v_cvt"), ("f32", r"v_(?:fma|fmac|mul|add|sub|subrev|mac|pk_\w+)\w*_f32|v_fma\w*"),
    ("logic", r"v_(?:xor|or|and|not|bfi|xad|perm|alignb|lshl_or|and_or|or3|xnor|bfe)\w*"),
    ("compare", r"v_cmp|v_cndmask|v_med3|v_max|v_min"),
    ("memory", r"global_|s_load|flat_"), ("scalar", r"s_(?!cbranch|branch|endpgm|waitcnt)"),
    ("control", r"s_"), ("add, shift, move", r"v_\w+")]

# Results a clock and multiprocessor of compute capability 9.0, and on which unit: CUDA C++ Programming Guide,
# table "Throughput of Native Arithmetic Instructions", but for the two wide multiplies, which it does not
# list: they are taken to be half as fast as the plain one, having twice the result. Each of the 4 schedulers
# issues one instruction for 32 threads a clock, so 128 of any kind.
ISSUE = 128
SM_90_UNITS = {
    "ALU": (64, {"logic": 1, "compare": 1, "convert": 1, "add, shift, move": 1}),
    "multiplier": (64, {"multiply": 1, "multiply wide": 2}),
    "FMA": (128, {"f32": 1, "multiply": 1, "multiply wide": 2}),
    "f64": (64, {"f64": 1}),
    "conversion": (16, {"convert slowly": 1}),
}
# Multiprocessors, clock in GHz, memory bandwidth in GB/s, of the SXM cards' data sheets.
CARDS = {"H200": (132, 1.7, 4800), "H100": (132, 1.7, 3350)}
# gfx9 and gfx10: a 32-bit integer multiply and a conversion issue at a quarter of the rate.
AMD_SLOTS = {"multiply": 4, "scalar": 0, "control": 0, "memory": 0}


def classify(path, dialect, classes):
    counts = Counter()
    for line in path:
        name = dialect.name.match(line)[1]
        for label, pattern in classes:
            if re.match(pattern, name):
                counts[label] += 1
                break
        else:
            raise Failed(f"an instruction of no class: {line}")
    return counts


def sm_90_limit(counts, elements):
    """Elements a clock and multiprocessor, and what limits them."""
    limits = {"issue": ISSUE * elements / sum(counts.values())}
    for unit, (rate, weights) in SM_90_UNITS.items():
        work = sum(counts[label] * weight for label, weight in weights.items())
        if work:
            limits[unit] = rate * elements / work
    unit = min(limits, key=limits.get)
    return limits[unit], unit


def card_share(elements_a_clock, dtype, card):
    """What part of the card's write bandwidth that is."""
    units, ghz, gbps = CARDS[card]
    return min(1.0, elements_a_clock * ELEMENT_BYTES[dtype] * units * ghz / gbps)


# ---- One row: a program on a target ----

def registers_nvidia(said):
    spilled = sum(int(number) for number in re.findall(r"(\d+) bytes spill", said))
    return int(re.search(r"Used (\d+) registers", said)[1]), spilled


def registers_amd(listing):
    def number(name):
        return int(re.search(rf"\.{name}:\s+(\d+)", listing)[1])
    return number("vgpr_count"), number("vgpr_spill_count") + number("sgpr_spill_count")


def measure(distribution, dtype, target, cuda):
    """The row, a dictionary, and the way of two groups."""
    text, elements = program(distribution, dtype), group_elements(dtype)
    registers = spilled = None
    entry = re.compile(rf"^sow_fill_{distribution}_{dtype}:|^\.visible \.entry|^\.entry")
    if target.startswith("gfx"):
        listing, dialect, classes = compile_amd(text, target), AMD, AMD_CLASSES
        registers, spilled = registers_amd(listing)
    elif target == "ptx":
        listing, dialect, classes = compile_ptx(text), PTX, PTX_CLASSES
    else:
        listing, said = assemble(compile_ptx(text), target, cuda)
        dialect, classes = SASS, SASS_CLASSES
        registers, spilled = registers_nvidia(said)
    made = blocks_of(listing, dialect, entry)
    path, counts = steady_path(made, dialect, elements * ELEMENT_BYTES[dtype], classes)
    row = {"distribution": distribution, "dtype": dtype, "target": target,
           "per_element": round(sum(counts.values()) / elements, 2), "registers": registers, "spilled_bytes": spilled,
           "classes": {label: round(counts[label] / elements, 2) for label, _ in classes if counts[label]}}
    if target == "sm_90":
        row["elements_a_clock"], row["limit"] = sm_90_limit(counts, elements)
        row["elements_a_clock"] = round(row["elements_a_clock"], 2)
        row["share"] = {card: round(card_share(row["elements_a_clock"], dtype, card), 3) for card in CARDS}
    if target.startswith("gfx"):
        slots = sum(number * AMD_SLOTS.get(label, 1) for label, number in counts.items())
        row["vector_slots"] = round(slots / elements, 2)
    return row, path


# ---- Tables ----

def columns(rows):
    seen = {label for row in rows for label in row["classes"]}
    order = [label for _, classes in (("", SASS_CLASSES), ("", PTX_CLASSES), ("", AMD_CLASSES))
             for label, _ in classes]
    return [label for label in dict.fromkeys(order) if label in seen]


def cells_of(row, labels):
    cells = [f"{row['distribution']} {row['dtype']}", f"{row['per_element']:.2f}"]
    cells += [f"{row['classes'].get(label, 0):.2f}" for label in labels]
    if row["registers"] is not None:
        cells += [str(row["registers"]), str(row["spilled_bytes"])]
    if "share" in row:
        cells += [f"{row['elements_a_clock']:.2f}", row["limit"]]
        cells += [f"{100 * row['share'][card]:.0f} %" for card in CARDS]
    if "vector_slots" in row:
        cells.append(f"{row['vector_slots']:.2f}")
    return cells


def heads_of(row, labels):
    heads = ["program", "all", *labels]
    if row["registers"] is not None:
        heads += ["registers", "spilled"]
    if "share" in row:
        heads += ["elements/clock", "limit", *CARDS]
    if "vector_slots" in row:
        heads.append("slots")
    return heads


def print_table(target, rows, markdown):
    labels = columns(rows)
    table = [heads_of(rows[0], labels)] + [cells_of(row, labels) for row in rows]
    print(f"{target}: instructions per element\n")
    if markdown:
        table.insert(1, ["---"] + ["---:"] * (len(table[0]) - 1))
        for cells in table:
            print("| " + " | ".join(cells) + " |")
    else:
        widths = [max(len(cells[i]) for cells in table) for i in range(len(table[0]))]
        for cells in table:
            print("  ".join(cell.ljust(width) if i == 0 else cell.rjust(width)
                            for i, (cell, width) in enumerate(zip(cells, widths))))
    print()


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     usage="%(prog)s [option]...")
    targets = ["ptx", "sm_80", "sm_90", "gfx906", "gfx90a", "gfx1030"]
    parser.add_argument("--only", nargs="+", metavar="DISTRIBUTION/DTYPE",
                        help="these programs (default: all)")
    parser.add_argument("--target", nargs="+", choices=targets, default=targets, metavar="TARGET",
                        help="these targets (default: all)")
    parser.add_argument("--cuda", metavar="DIR", default=os.environ.get("CUDA_BIN"),
                        help="folder of ptxas and nvdisasm (default: CUDA_BIN)")
    parser.add_argument("--list", action="store_true", help="the instructions of two groups, too")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--markdown", action="store_true", help="tables for documents")
    form.add_argument("--json", action="store_true", help="for programs")
    chosen = parser.parse_args()
    known = combinations()
    chosen.pairs = [tuple(name.split("/", 1)) for name in chosen.only] if chosen.only else known
    unknown = [pair for pair in chosen.pairs if pair not in known]
    if unknown:
        parser.error(f"no such program ({'/'.join(unknown[0])}): " + ", ".join("/".join(pair) for pair in known))
    return chosen


def main():
    chosen = options()
    rows, missing, failed = [], [], False
    for target in chosen.target:
        for distribution, dtype in chosen.pairs:
            try:
                row, path = measure(distribution, dtype, target, chosen.cuda)
            except Missing as reason:
                missing.append(f"{target} is left out: no {reason}")
                break
            except Failed as reason:
                print(f"{distribution} {dtype} on {target}: {reason}", file=sys.stderr)
                failed = True
                continue
            rows.append(row)
            if chosen.list:
                print(f"{distribution} {dtype} on {target}:", *path, sep="\n    ")
    if chosen.json:
        print(json.dumps({"rows": rows}, indent=1))
    for target in [] if chosen.json else chosen.target:
        if any(row["target"] == target for row in rows):
            print_table(target, [row for row in rows if row["target"] == target], chosen.markdown)
    for line in missing:
        print(line, file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
