"""JAX on a GPU."""

from peers.cases import Absent
from peers.peer_jax import Jax, import_jax

NAME = "jax-gpu"
ABOUT = "JAX's threefry on the GPU"
HOW = "pip install 'jax[cuda12]', on a machine with a GPU"


def open_peer(bench):
    jax = import_jax()
    try:
        device = jax.devices("gpu")[0]
    except RuntimeError as error:
        raise Absent(str(error).splitlines()[0]) from error
    return Jax(bench, jax, NAME, device, device.device_kind, "gpu")
