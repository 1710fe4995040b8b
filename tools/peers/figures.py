"""From times to figures: medians, rates, and how much faster sowcl is."""

from statistics import median

from peers import peer_sowcl
from peers.cases import DTYPE_BYTES


def spread(values):
    """{median, low, high}"""
    return {"median": median(values), "low": min(values), "high": max(values)}


def ratio(times, reference, clock):
    """How many times as long as sowcl's same work it took, round by round."""
    pairs = zip(getattr(times, clock), getattr(reference, clock))
    return spread([ours and mine / ours for mine, ours in pairs])


def comparable(times, reference):
    """The CPU with the CPU, a GPU with the GPU."""
    case, to = times.case, reference.case
    return (to.peer == peer_sowcl.NAME and to.operation is case.operation and to.dtype == case.dtype
            and to.kind == case.kind)


def rows(all_times, count):
    """A dictionary for each case, as JSON has it."""
    found = []
    for times in all_times:
        case = times.case
        size_bytes = count * DTYPE_BYTES[case.dtype]
        row = {"what": case.operation.name, "dtype": case.dtype, "peer": case.peer, "call": case.call,
               "device": case.device, "kind": case.kind, "threads": case.threads,
               "in_place": case.in_place, "rounds": len(times.wall_ns),
               "ns_wall": spread([ns / count for ns in times.wall_ns]),
               "ns_cpu": spread([ns / count for ns in times.cpu_ns]),
               "gbps": spread([size_bytes / ns for ns in times.wall_ns]),
               "round_wall_ns": times.wall_ns, "round_cpu_ns": times.cpu_ns, "sowcl_faster": []}
        if case.peer != peer_sowcl.NAME:
            row["sowcl_faster"] = [
                {"device": to.case.device, "threads": to.case.threads,
                 "wall": ratio(times, to, "wall_ns"), "cpu": ratio(times, to, "cpu_ns")}
                for to in all_times if comparable(times, to)]
        found.append(row)
    return found
