"""PyTorch on the CPU: tensor.uniform_, tensor.normal_ and torch.nn.init, in place."""

from peers.cases import Absent, Case, layer_shape

NAME = "torch"
ABOUT = "PyTorch on the CPU"
HOW = "apt-get install python3-torch, or pip install torch"
TYPES = {"f32": "float32", "f16": "float16", "bf16": "bfloat16", "f64": "float64"}


def import_torch():
    try:
        import torch
    except ImportError as error:
        raise Absent(str(error)) from error
    return torch


def fills(torch, weight):
    """By operation, the call and its name. weight: (out, in)."""
    init = torch.nn.init
    return {"uniform": ("uniform_(0, 1)", lambda: weight.uniform_(0, 1)),
            "normal": ("normal_(0, 1)", lambda: weight.normal_(0, 1)),
            "trunc_normal": ("nn.init.trunc_normal_", lambda: init.trunc_normal_(weight, 0, 1, -2, 2)),
            "kaiming_normal": ("nn.init.kaiming_normal_",
                               lambda: init.kaiming_normal_(weight, nonlinearity="relu"))}


def open_peer(bench):
    return TorchCpu(bench, import_torch())


class TorchCpu:
    """With one thread and with all: the generator is serial, but parts of trunc_normal_ are not."""

    def __init__(self, bench, torch):
        self.bench = bench
        self.torch = torch
        self.versions = {"PyTorch": torch.__version__}
        torch.manual_seed(0)

    def cases(self, operation, dtype):
        bench, torch = self.bench, self.torch
        weight = torch.frombuffer(bench.host.pages, dtype=getattr(torch, TYPES[dtype]), count=bench.count)
        call, fill = fills(torch, weight.view(layer_shape(bench.count)))[operation.name]
        return [Case(NAME, operation, dtype, call=call, device="host", kind="cpu",
                     memory=bench.host, threads=threads, fill=fill,
                     ready=lambda threads=threads: torch.set_num_threads(threads))
                for threads in sorted({1, bench.threads})]
