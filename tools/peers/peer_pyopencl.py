"""PyOpenCL's Philox, on sowcl's device, in sowcl's queue and buffer."""

import warnings

from peers.cases import Absent, Case

NAME = "pyopencl"
ABOUT = "PyOpenCL's clrandom.PhiloxGenerator, on the OpenCL device"
HOW = "apt-get install python3-pyopencl, or pip install pyopencl"


def open_peer(bench):
    try:
        import numpy
        import pyopencl
        import pyopencl.array
        import pyopencl.clrandom
    except ImportError as error:
        raise Absent(str(error)) from error
    if bench.device is None:
        raise Absent("no OpenCL device is measured")
    warnings.filterwarnings("ignore", module="pyopencl")  # of builds that have something to say
    return PyOpenCL(bench, pyopencl, numpy)


class PyOpenCL:
    def __init__(self, bench, pyopencl, numpy):
        self.bench = bench
        self.pyopencl = pyopencl
        self.numpy = numpy
        self.versions = {"PyOpenCL": pyopencl.VERSION_TEXT}
        device = bench.device
        self.queue = pyopencl.CommandQueue.from_int_ptr(device.cl_queue, retain=True)
        self.buffer = pyopencl.Buffer.from_int_ptr(device.buffer.value, retain=True)
        context = pyopencl.Context.from_int_ptr(device.cl_context, retain=True)
        self.generator = pyopencl.clrandom.PhiloxGenerator(context, seed=0)

    def cases(self, operation, dtype):
        type_name = {"f32": "float32", "f64": "float64"}.get(dtype)
        method = {"uniform": "fill_uniform", "normal": "fill_normal"}.get(operation.name)
        if type_name is None or method is None:
            return []
        bench = self.bench
        out = self.pyopencl.array.Array(self.queue, (bench.count,), self.numpy.dtype(type_name),
                                        data=self.buffer)
        draw = getattr(self.generator, method)

        def fill():
            draw(out, queue=self.queue)
            bench.device.finish()

        return [Case(NAME, operation, dtype, call=f"PhiloxGenerator.{method}",
                     device=bench.device.name, kind=bench.device.kind, memory=bench.device, fill=fill)]
