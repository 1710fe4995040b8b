"""The tables of docs/performance.md."""

from peers import peer_sowcl


def number(value):
    """Three digits."""
    return f"{value:.3g}" if value < 1000 else f"{value:.0f}"


def with_range(values):
    return f"{number(values['median'])} ({number(values['low'])}-{number(values['high'])})"


def place(device, threads):
    if threads is None:
        return device
    return f"{device}, {threads} thread{'' if threads == 1 else 's'}"


def table(header, lines):
    text = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(text + ["| " + " | ".join(cells) + " |" for cells in lines])


def references(rows):
    """sowcl's own rows but that of one thread where there is one of more: (place, kind)."""
    own = [row for row in rows if row["peer"] == peer_sowcl.NAME]
    most = max((row["threads"] or 0 for row in own), default=0)
    return [(row["device"], row["threads"], row["kind"]) for row in own if row["threads"] in (None, most)]


def ratio_cell(row, device, threads, kind):
    for entry in row["sowcl_faster"]:
        if (entry["device"], entry["threads"]) == (device, threads):
            wall = with_range(entry["wall"])
            return wall if kind == "gpu" else f"{wall} / {with_range(entry['cpu'])}"
    return ""


def operation_table(rows):
    """Of one operation and dtype, the fastest first."""
    against = references(rows)
    header = ["what", "on", "GB/s", "ns an element", "CPU ns an element", "in place"]
    header += [f"sowcl on {place(device, threads)} is faster: wall" + ("" if kind == "gpu" else " / CPU")
               for device, threads, kind in against]
    lines = []
    for row in sorted(rows, key=lambda row: -row["gbps"]["median"]):
        name = f"**{row['peer']}**" if row["peer"] == peer_sowcl.NAME else row["peer"]
        lines.append([f"{name} {row['call']}", place(row["device"], row["threads"]), with_range(row["gbps"]),
                      number(row["ns_wall"]["median"]), number(row["ns_cpu"]["median"]),
                      "yes" if row["in_place"] else "no, new memory"]
                     + [ratio_cell(row, *reference) for reference in against])
    return table(header, lines)


EXPLANATION = (
    "Each round runs every case once, in an order of its own, after a round that is not counted. Figures are "
    "medians over the rounds, with the least and the greatest. Wall time: from the call until the work is done "
    "and waited for, in memory of the caller that was written before; where a peer cannot, its allocation is "
    'included. CPU time: of all threads of the process. "sowcl is faster" is the median of the ratios within a '
    "round. After each fill a sample of the memory is checked: written, in range, mean and standard deviation.")


def list_of(title, lines):
    return f"### {title}\n\n" + "\n".join(f"- {line}" for line in lines)


def document(report):
    """The whole text from the dictionary that --json writes."""
    head = table(["", ""], [[name, str(value)] for name, value in report["machine"].items()]
                 + [[name, value] for name, value in report["versions"].items()]
                 + [["date", report["date"]], ["load average", f"{report['load_start']} at the start, "
                                               f"{report['load_end']} at the end"],
                    ["elements", report["count"]], ["rounds", str(report["rounds"])],
                    ["command", f"`{report['command']}`"]])
    parts = ["## Peers", head, EXPLANATION]
    for what, dtype in dict.fromkeys((row["what"], row["dtype"]) for row in report["rows"]):
        parts.append(f"### {what}, {dtype}")
        parts.append(operation_table([row for row in report["rows"]
                                      if (row["what"], row["dtype"]) == (what, dtype)]))
    if report["failures"]:
        parts.append(list_of("Failed", [f"{entry['what']}: {entry['why']}" for entry in report["failures"]]))
    if report["absent"]:
        parts.append(list_of("Not here", [f"{entry['peer']}: {entry['why']}. To get it: {entry['how']}"
                                          for entry in report["absent"]]))
    return "\n\n".join(parts) + "\n"
