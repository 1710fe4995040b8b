"""JAX on the CPU: jax.random, jitted. It makes new memory in each call."""

import os

from peers.cases import Absent, Case
from peers.new_memory import NewMemory

NAME = "jax"
ABOUT = "JAX's threefry on the CPU"
HOW = "pip install 'jax[cpu]'"
TYPES = {"f32": "float32", "f16": "float16", "bf16": "bfloat16"}  # f64 needs a mode that changes the others


def import_jax():
    # Else the first use takes most of a GPU's memory, and leaves the other peers none.
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    try:
        import jax
    except ImportError as error:
        raise Absent(str(error)) from error
    return jax


def open_peer(bench):
    jax = import_jax()
    return Jax(bench, jax, NAME, jax.devices("cpu")[0], "host", "cpu")


def to_bytes(array):
    import numpy
    return numpy.asarray(array).tobytes()


class Jax:
    def __init__(self, bench, jax, name, device, device_name, kind):
        self.bench = bench
        self.jax = jax
        self.name = name
        self.device = device
        self.device_name = device_name
        self.kind = kind
        self.versions = {"JAX": jax.__version__}
        self.calls = 0

    def new_key(self):
        self.calls += 1
        return self.jax.block_until_ready(
            self.jax.device_put(self.jax.random.PRNGKey(self.calls), self.device))

    def cases(self, operation, dtype):
        if dtype not in TYPES:
            return []
        random, shape, type_name = self.jax.random, (self.bench.count,), TYPES[dtype]
        draw = {"uniform": lambda key: random.uniform(key, shape, type_name),
                "normal": lambda key: random.normal(key, shape, type_name),
                "trunc_normal": lambda key: random.truncated_normal(key, -2, 2, shape, type_name),
                }.get(operation.name)
        if draw is None:
            return []
        name = {"trunc_normal": "truncated_normal"}.get(operation.name, operation.name)
        jitted = self.jax.jit(draw)
        memory = NewMemory(self.bench.element_bytes(dtype), to_bytes)
        key = None

        def ready():
            nonlocal key
            key = self.new_key()

        def fill():
            memory.result = jitted(key).block_until_ready()

        return [Case(self.name, operation, dtype, call=f"jit of random.{name}",
                     device=self.device_name, kind=self.kind, memory=memory, fill=fill, ready=ready,
                     in_place=False)]
