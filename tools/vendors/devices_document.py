"""The part of docs/devices.md that tools/matrix writes."""

from vendors.digests import FLOATS, NO_F64, is_same

BEGIN, END = "<!-- Written by tools/matrix: begin -->", "<!-- Written by tools/matrix: end -->"


def table(header, lines):
    rows = [header, ["---"] * len(header), *lines]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows)


def sameness(cells, name):
    """How a device did, in words."""
    drawn = [cell for cell in cells if name in cell.found]
    same = sum(is_same(cell, name) and cell.found[name] != NO_F64 for cell in drawn)
    refused = sum(cell.found[name] == NO_F64 for cell in drawn)
    words = [f"{same} of {len(drawn)} the host's"]
    if refused:
        words.append(f"{refused} refused: no fp64")
    if same + refused < len(drawn):
        words.append(f"**{len(drawn) - same - refused} others**")
    return ", ".join(words)


def device_lines(devices, cells, remarks):
    return [[device.implementation.about, device.about["name"], device.about["driver"],
             device.about["platform_version"], sameness(cells, device.implementation.name),
             "; ".join(remarks.get(device.implementation.name, [])) or "-"] for device in devices]


def digest_cell(cell):
    wrong = [name for name in cell.found if not is_same(cell, name)]
    text = f"`{cell.expected[:8]}`"
    return text if not wrong else f"{text}, not on {', '.join(wrong)}"


def digest_lines(cells):
    dtypes = [dtype for dtype in FLOATS if any(cell.dtype == dtype for cell in cells)]
    by_place = {(cell.initializer, cell.dtype): cell for cell in cells}
    return dtypes, [[f"`{initializer}`", *(digest_cell(by_place[initializer, dtype]) for dtype in dtypes)]
                    for initializer in dict.fromkeys(cell.initializer for cell in cells)]


def part(devices, absent, cells, remarks, fault_lines, date, version):
    """The generated text, markers included."""
    dtypes, lines = digest_lines(cells)
    left_out = [f"- {name}: {why}" for name, why in absent.items()]
    paragraphs = [
        BEGIN,
        f"Of sowcl {version}, on {date}: {len(lines)} initializers in {len(dtypes)} dtypes, seed 42, on the devices of one "
        "machine, each digest compared with the host's.",
        table(["implementation", "device", "driver", "version", "digests", "its driver says"],
              device_lines(devices, cells, remarks)),
        "Faults found: " + ("none." if not fault_lines else ""), *(f"- {line}" for line in fault_lines),
        *(["Not there on that machine:\n\n" + "\n".join(left_out)] if left_out else []),
        "The first eight digits of each digest:",
        table(["initializer", *dtypes], lines), END]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def replace_part(text, new):
    """The document with its generated part replaced. ValueError: it has no place for one."""
    begin, end = text.find(BEGIN), text.find(END)
    if begin < 0 or end < begin or text.find(BEGIN, begin + 1) >= 0:
        raise ValueError(f"it needs one line '{BEGIN}' and behind it one '{END}'")
    return text[:begin] + new + text[end + len(END):]
