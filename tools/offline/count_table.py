"""The table of what kernels cost on each target: read, written, and compared with what was found."""

import re

HEAD = """\
# What the kernels cost where they are compiled without a device: tools/compile_matrix --all --update writes this.
# instructions: of the whole kernel as text. element: of what one more element costs a work-item that fills (of gfx and
# ptx). registers: vector ones. width: elements that an instruction of Intel's works on. spilled: registers (gfx, Intel) or
# bytes (sm). scratch: bytes of private memory, a work-item's (gfx, ptx, sm) or a thread's (Intel).
"""
COLUMNS = ("instructions", "per_element", "registers", "width", "spilled", "scratch")
TITLES = ("target", "kernel", "instructions", "element", "registers", "width", "spilled", "scratch")
ALLOWED_RISE = 1.05


class Table:
    """rows: {(target, kernel): {column: number}}; compilers: {target: the versions in words}"""

    def __init__(self, rows=None, compilers=None):
        self.rows, self.compilers = rows or {}, compilers or {}


def number(text):
    return None if text == "-" else float(text) if "." in text else int(text)


def read(path):
    table = Table()
    for line in path.read_text().splitlines():
        compiler = re.fullmatch(r"compiler of (\S+): (.*)", line)
        cells = line.split()
        if compiler:
            table.compilers[compiler[1]] = compiler[2]
        elif line and not line.startswith("#") and cells != list(TITLES):
            if len(cells) != len(TITLES):
                raise ValueError(f"{path}: not a line of the table ({line})")
            table.rows[cells[0], cells[1]] = dict(zip(COLUMNS, map(number, cells[2:])))
    return table


def write(path, table):
    lines = [f"compiler of {target}: {table.compilers[target]}" for target in sorted(table.compilers)]
    cells = [TITLES] + [(*key, *("-" if row.get(column) is None else str(row[column]) for column in COLUMNS))
                        for key, row in sorted(table.rows.items())]
    widths = [max(map(len, column)) for column in zip(*cells)]
    for row in cells:
        padded = [cell.ljust(width) if i < 2 else cell.rjust(width) for i, (cell, width) in enumerate(zip(row, widths))]
        lines.append("  ".join(padded).rstrip())
    path.write_text(HEAD + "\n".join(lines) + "\n")


def worse(was, row):
    """What got worse, in words; `was` is None for a kernel that the table does not have."""
    found = []
    for column in ("spilled", "scratch"):
        before, now = (was or {}).get(column) or 0, row.get(column) or 0
        if now > before:
            found.append(f"{column} {now}, was {before if was else 'not there'}")
    if was is None:
        return found
    # Of a kernel with a count for each element the text's length says little: edges and loops are written out.
    counted = [cells.get("per_element") is not None for cells in (was, row)]
    column = "per_element" if any(counted) else "instructions"
    before, now = was.get(column), row.get(column)
    if before is not None and now is None:
        found.append(f"{column}: none found, was {before}")
    elif before is not None and now > before * ALLOWED_RISE:
        found.append(f"{column} {now}, was {before} ({100 * (now / before - 1):+.1f} %)")
    if (was.get("width") or 0) > (row.get("width") or 0):
        found.append(f"width {row.get('width')}, was {was['width']}")
    return found


def differences(table, found):
    """[line] for each kernel that got worse, of targets whose compilers are the table's."""
    lines = []
    for (target, kernel), row in sorted(found.rows.items()):
        if table.compilers.get(target) != found.compilers[target]:
            continue
        was = table.rows.get((target, kernel))
        lines += [f"{kernel} on {target}: {text}" for text in worse(was, row)]
        if was is None:
            lines.append(f"{kernel} on {target}: not in the table")
    return lines


def other_compilers(table, found):
    """[line] for each set of targets whose counts are not compared."""
    return [f"{target}: the counts are of {table.compilers.get(target, 'no compiler')}, here is {here}: not compared"
            for target, here in sorted(found.compilers.items()) if table.compilers.get(target) != here]
