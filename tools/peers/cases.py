"""The work that is compared, and how one tells that it was done."""

import array
import math
import struct


class Absent(Exception):
    """The peer cannot run here; the text says why."""


class Wrong(Exception):
    """What lies in memory after a fill is not what was asked for."""


class Operation:
    """A fill, with what its values must look like. Bounds are closed: some peers reach the open one."""

    def __init__(self, name, expression, mean, std, low, high):
        self.name = name
        self.expression = expression  # as sowcl reads it
        self.mean = mean
        self.std = std
        self.low = low
        self.high = high


def layer_shape(count):
    """(out, in) of the layer that kaiming_normal fills."""
    fan_in = math.gcd(count, 4096)
    return count // fan_in, fan_in


def operations(count):
    """The operations on count elements, by name."""
    kaiming_std = math.sqrt(2 / layer_shape(count)[1])
    found = (
        Operation("uniform", "uniform(low=0, high=1)", 0.5, math.sqrt(1 / 12), 0, 1),
        Operation("normal", "normal(mean=0, std=1)", 0, 1, -7, 7),
        # the variance of a normal cut at two standard deviations: 1 - 4 pdf(2) / (cdf(2) - cdf(-2))
        Operation("trunc_normal", "trunc_normal(mean=0, std=1, a=-2, b=2)", 0, 0.8796256610342398,
                  -2, 2),
        Operation("kaiming_normal", "kaiming_normal(nonlinearity=relu)", 0, kaiming_std,
                  -7 * kaiming_std, 7 * kaiming_std))
    return {operation.name: operation for operation in found}


OPERATION_NAMES = tuple(operations(1))
DTYPE_BYTES = {"f32": 4, "f16": 2, "bf16": 2, "f64": 8}
POISON = 0xFF  # in every byte it is not a number, in each of the dtypes


class Case:
    """One operation by one peer in one way.

    memory: poison(size_bytes) and read(offset_bytes, size_bytes); fill: does the work and waits for it;
    ready: what has to be set before and is not measured. kind: "cpu" or "gpu", where the work is done.
    """

    def __init__(self, peer, operation, dtype, *, call, device, kind, memory, fill, ready=None,
                 threads=None, in_place=True):
        self.peer = peer
        self.operation = operation
        self.dtype = dtype
        self.call = call
        self.device = device
        self.kind = kind
        self.memory = memory
        self.fill = fill
        self.ready = ready or (lambda: None)
        self.threads = threads
        self.in_place = in_place

    def __str__(self):
        threads = f", threads: {self.threads}" if self.threads else ""
        return f"{self.operation.name} {self.dtype} by {self.peer}, {self.call}, on {self.device}{threads}"


# The check that values were written, and the right ones. It needs no package.


def decode(dtype, data):
    """The values of little-endian elements."""
    if dtype == "f16":
        return struct.unpack(f"<{len(data) // 2}e", data)
    if dtype == "bf16":
        words = struct.unpack(f"<{len(data) // 2}H", data)
        return struct.unpack(f"<{len(words)}f", struct.pack(f"<{len(words)}I", *(w << 16 for w in words)))
    return array.array({"f32": "f", "f64": "d"}[dtype], data)


PIECES, PIECE_ELEMENTS = 16, 1024


def sample(case, count):
    """Values of the first and the last elements and of pieces between; all where they are few."""
    size = DTYPE_BYTES[case.dtype]
    if count <= PIECES * PIECE_ELEMENTS:
        return decode(case.dtype, case.memory.read(0, count * size))
    starts = [(count - PIECE_ELEMENTS) * i // (PIECES - 1) for i in range(PIECES)]
    return [value for start in starts
            for value in decode(case.dtype, case.memory.read(start * size, PIECE_ELEMENTS * size))]


def check(case, count):
    """Raises Wrong unless a sample of the memory looks like the operation's values. Mean and std must lie
    within six standard errors, widened by what a narrow dtype rounds: no false alarm in a million runs."""
    values = sample(case, count)
    unwritten = sum(math.isnan(value) for value in values)
    if unwritten:
        raise Wrong(f"{unwritten} of {len(values)} elements looked at were not written, or are nan")
    wanted = case.operation
    least, most = min(values), max(values)
    if not wanted.low <= least <= most <= wanted.high:
        raise Wrong(f"values from {least:g} to {most:g}: expected {wanted.low:g} to {wanted.high:g}")
    mean = math.fsum(values) / len(values)
    std = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / len(values))
    allowed = 6 * wanted.std / math.sqrt(len(values)) + 0.002 * wanted.std
    if abs(mean - wanted.mean) > allowed or abs(std - wanted.std) > allowed:
        raise Wrong(f"mean {mean:.4g} and std {std:.4g}: expected {wanted.mean:.4g} and {wanted.std:.4g}")
