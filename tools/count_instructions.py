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
import json
import os
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path

from offline.compilers import Failed, Missing, amd_options, clang, cuda_tool, ptx_options, run
from offline.listings import (AMD, ELEMENT_BYTES, PTX, SASS, blocks_of, group_elements, group_ways, spilled_amd,
                              spilled_nvidia)

ROOT = Path(__file__).resolve().parents[1]
KERNELS = ROOT / "kernels"
INCLUDE = ["-I", str(KERNELS)]


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


# ---- Ways ----

def assemble(ptx, target, cuda):
    """The listing of the machine code, and what ptxas says of its use of registers."""
    ptxas, nvdisasm = cuda_tool("ptxas", cuda), cuda_tool("nvdisasm", cuda)
    with tempfile.TemporaryDirectory() as folder:
        source, binary = Path(folder) / "kernel.ptx", Path(folder) / "kernel.cubin"
        source.write_text(ptx)
        said = run([ptxas, "-v", f"-arch={target}", str(source), "-o", str(binary)])[1]
        return run([nvdisasm, "-c", str(binary)])[0], said


def steady_path(made, dialect, group_bytes, classes):
    """The way of two groups, and the classes of what the second one costs; of a kernel that writes one only, its
    whole way."""
    one, two = group_ways(made, dialect, group_bytes)
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

def measure(distribution, dtype, target, cuda):
    """The row, a dictionary, and the way of two groups."""
    text, elements = program(distribution, dtype), group_elements(dtype)
    registers = spilled = None
    entry = re.compile(rf"^sow_fill_{distribution}_{dtype}:|^\.visible \.entry|^\.entry")
    if target.startswith("gfx"):
        listing, dialect, classes = clang(text, [*INCLUDE, *amd_options(target)]), AMD, AMD_CLASSES
        registers, spilled = spilled_amd(listing)
    elif target == "ptx":
        listing, dialect, classes = clang(text, [*INCLUDE, *ptx_options()]), PTX, PTX_CLASSES
    else:
        listing, said = assemble(clang(text, [*INCLUDE, *ptx_options()]), target, cuda)
        dialect, classes = SASS, SASS_CLASSES
        registers, spilled = spilled_nvidia(said)
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
