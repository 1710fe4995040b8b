"""Listings of what compilers made of a kernel: blocks of instructions and the ways through them."""

import heapq
import re
from dataclasses import dataclass, field

from offline.compilers import Failed

ELEMENT_BYTES = {"f64": 8, "f32": 4, "i32": 4, "f16": 2, "bf16": 2, "f8_e4m3": 1, "f8_e5m2": 1}


def group_elements(dtype):
    """Those of a group of one lane: a block's."""
    return 2 if dtype == "f64" else 4


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


def group_ways(made, dialect, group_bytes):
    """The ways of one and of two whole groups; of a kernel that writes one only, the second is None."""
    one = whole_group_path(made, dialect, group_bytes, 1)
    if one is None:
        raise Failed("no way through the code writes whole groups")
    return one, whole_group_path(made, dialect, group_bytes, 2)


def spilled_nvidia(said):
    """Registers and spilled bytes, as ptxas -v tells them of a kernel."""
    spilled = sum(int(number) for number in re.findall(r"(\d+) bytes spill", said))
    return int(re.search(r"Used (\d+) registers", said)[1]), spilled


def amd_number(metadata, name):
    return int(re.search(rf"\.{name}:\s+(\d+)", metadata)[1])


def spilled_amd(metadata):
    """Vector registers, and vector and scalar ones that are spilled, as the first kernel's metadata in an AMD listing
    tells them."""
    return (amd_number(metadata, "vgpr_count"),
            amd_number(metadata, "vgpr_spill_count") + amd_number(metadata, "sgpr_spill_count"))
