"""NumPy's generators, which have one thread."""

from peers.cases import Absent, Case

NAME = "numpy"
ABOUT = "NumPy's Generator over Philox, PCG64 and SFC64"
HOW = "apt-get install python3-numpy, or pip install numpy"
GENERATORS = ("Philox", "PCG64", "SFC64")


def open_peer(bench):
    try:
        import numpy
    except ImportError as error:
        raise Absent(str(error)) from error
    return NumPy(bench, numpy)


class NumPy:
    def __init__(self, bench, numpy):
        self.bench = bench
        self.numpy = numpy
        self.versions = {"NumPy": numpy.__version__}

    def cases(self, operation, dtype):
        type_name = {"f32": "float32", "f64": "float64"}.get(dtype)
        method = {"uniform": "random", "normal": "standard_normal"}.get(operation.name)
        if type_name is None or method is None:
            return []
        return [self.case(operation, dtype, type_name, method, generator) for generator in GENERATORS]

    def case(self, operation, dtype, type_name, method, generator):
        numpy = self.numpy
        out = numpy.frombuffer(self.bench.host.pages, dtype=type_name, count=self.bench.count)
        draw = getattr(numpy.random.Generator(getattr(numpy.random, generator)(0)), method)
        return Case(NAME, operation, dtype, call=f"{generator}, {method}(out=)", device="host", kind="cpu",
                    memory=self.bench.host, threads=1, fill=lambda: draw(dtype=type_name, out=out))
