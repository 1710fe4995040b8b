"""PyTorch on an NVIDIA or AMD GPU, in place."""

from peers import cases
from peers.cases import Absent, Case, layer_shape
from peers.peer_torch import TYPES, fills, import_torch

NAME = "torch-cuda"
ABOUT = "PyTorch on the GPU"
HOW = "pip install torch, on a machine with a GPU"


def open_peer(bench):
    torch = import_torch()
    if not torch.cuda.is_available():
        raise Absent("torch.cuda.is_available() is False")
    return TorchCuda(bench, torch)


class CudaTensor:
    def __init__(self, torch, size_bytes):
        self.torch = torch
        self.raw = torch.empty(size_bytes, dtype=torch.uint8, device="cuda")

    def poison(self, size_bytes):
        self.raw[:size_bytes].fill_(cases.POISON)
        self.torch.cuda.synchronize()

    def read(self, offset_bytes, size_bytes):
        return bytes(self.raw[offset_bytes:offset_bytes + size_bytes].cpu().tolist())


class TorchCuda:
    def __init__(self, bench, torch):
        self.bench = bench
        self.torch = torch
        self.device = torch.cuda.get_device_name()
        self.versions = {"PyTorch, CUDA": f"{torch.__version__}, {torch.version.cuda or torch.version.hip}"}
        self.memory = CudaTensor(torch, bench.size_bytes)

    def cases(self, operation, dtype):
        torch, count = self.torch, self.bench.count
        raw = self.memory.raw[:count * cases.DTYPE_BYTES[dtype]]
        weight = raw.view(getattr(torch, TYPES[dtype])).view(layer_shape(count))
        call, enqueue = fills(torch, weight)[operation.name]

        def fill():
            enqueue()
            torch.cuda.synchronize()

        return [Case(NAME, operation, dtype, call=call, device=self.device, kind="gpu",
                     memory=self.memory, fill=fill)]
