"""What tools/matrix has drawn: each initializer in each dtype, on each device and on the host."""

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from vendors.implementations import environment_of

FLOATS = ("f32", "f16", "bf16", "f64", "f8_e4m3", "f8_e5m2")
NO_F64 = "no fp64"
MATRIX, KERNEL = "37,29", "16,8,3"  # odd sizes: edges of groups, rows and work-groups
SHAPES = {
    "constant(value=0.1)": MATRIX, "uniform(low=-0.3,high=0.7)": MATRIX, "normal(mean=0.1,std=0.02)": MATRIX,
    "trunc_normal": MATRIX, "trunc_normal(a=-4,b=8)": MATRIX, "trunc_normal(a=2,b=inf)": MATRIX,
    "xavier_uniform": MATRIX, "xavier_normal": MATRIX, "kaiming_uniform": MATRIX, "kaiming_normal": MATRIX,
    "lecun_uniform": MATRIX, "lecun_normal": MATRIX, "variance_scaling": MATRIX, "eye": MATRIX,
    "identity(gain=-0.3)": MATRIX, "sparse(sparsity=0.3)": MATRIX, "dirac": KERNEL, "orthogonal": MATRIX,
    "delta_orthogonal": KERNEL, "stft": "41,1,33",
}
SECONDS = 600


@dataclass
class Cell:
    initializer: str
    dtype: str
    expected: str  # the host's digest
    found: dict  # {implementation's name: digest, NO_F64, or what went wrong}; of what was drawn


def fill(command, initializer, dtype, device, environment):
    """(digest, what was said); the digest is None if there is none."""
    command = [*command, "fill", "--init", initializer, "--shape", SHAPES[initializer], "--dtype", dtype, "--seed", "42",
               "--device", device, "--json"]
    if initializer == "stft":
        command += ["--layout", "io"]
    try:
        result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return None, f"no end within {SECONDS} s"
    said = result.stderr.strip()
    if result.returncode < 0:
        return None, f"ended by signal {-result.returncode}: {said}"
    if result.returncode != 0:
        return None, said
    return json.loads(result.stdout)["digest"], said


def draw_cell(device, program, cell, remarks):
    """Fills in what the device makes of a cell; remarks gathers what its driver says, each once."""
    name = device.implementation.name
    digest, said = fill([*device.implementation.launcher, program], cell.initializer, cell.dtype, device.selector,
                        environment_of(device.implementation))
    if digest is None:
        refused = not device.about["f64"] and cell.dtype == "f64" and "SOW_ERR_NO_F64" in said
        cell.found[name] = NO_F64 if refused else said or "it failed and said nothing"
        return
    cell.found[name] = digest
    for line in said.splitlines():
        remarks.setdefault(name, {})[line] = None


def draw_all(devices, program, initializers, dtypes, tell):
    """The cells, and {implementation: what its driver said}. tell(device, cells) is called when a device is done."""
    cells, remarks = [], {}
    for initializer in initializers:
        for dtype in dtypes:
            digest, said = fill([program], initializer, dtype, "host", None)
            if digest is None:
                raise RuntimeError(f"{initializer} in {dtype} on the host: {said}")
            cells.append(Cell(initializer, dtype, digest, {}))
    def draw_on(device):
        for cell in cells:
            if cell.dtype in (device.implementation.dtypes or FLOATS):
                draw_cell(device, program, cell, remarks)
        tell(device, cells)

    pool = ThreadPoolExecutor(len(devices))  # each waits for its own driver's compiler
    try:
        list(pool.map(draw_on, devices))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return cells, {name: list(lines) for name, lines in remarks.items()}


def is_same(cell, name):
    return cell.found[name] in (cell.expected, NO_F64)


def faults(cells):
    """[line] for each cell that is not the host's."""
    return [f"{cell.initializer} in {cell.dtype} on {name}: {text} instead of {cell.expected}"
            for cell in cells for name, text in cell.found.items() if not is_same(cell, name)]
