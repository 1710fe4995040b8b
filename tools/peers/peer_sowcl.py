"""sowcl itself: on the host with one thread and with all, and on the OpenCL device."""

from peers.cases import Case, layer_shape

NAME = "sowcl"
ABOUT = "this library, on the host and on the OpenCL device"
HOW = "tools/quickstart builds it"
SEED = 2026


def open_peer(bench):
    return Sowcl(bench)


class Sowcl:
    def __init__(self, bench):
        self.bench = bench
        self.versions = {NAME: bench.sowcl_version}
        if bench.device is not None:
            self.versions[bench.device.name] = f"{bench.device.version}, driver {bench.device.driver}"

    def cases(self, operation, dtype):
        bench = self.bench
        plan = bench.library.plan(layer_shape(bench.count), dtype, operation.expression, SEED)
        numbers = [] if bench.no_host else sorted({1, bench.threads})
        found = [self.on_host(operation, dtype, plan, threads) for threads in numbers]
        if bench.device is not None:
            found.append(Case(NAME, operation, dtype, call="sow_fill_plan", device=bench.device.name,
                              kind=bench.device.kind, memory=bench.device,
                              fill=lambda: bench.device.fill(plan)))
        return found

    def on_host(self, operation, dtype, plan, threads):
        bench = self.bench
        return Case(NAME, operation, dtype, call="sow_fill_host_plan", device="host", kind="cpu",
                    memory=bench.host, threads=threads,
                    fill=lambda: bench.library.fill_host(bench.host.address, plan, threads))
