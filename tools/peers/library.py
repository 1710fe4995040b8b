"""libsowcl through ctypes: as much of include/sowcl as the measurements need.

Plans, initializers and errors are only handed through, so their layout does not matter: they get more room
than they can need, and the end of that room is watched. The few structures that are written here are checked
by what the library makes of them; tests/cli/test_bench_peers.py holds them against the C compiler.
"""

import ctypes
from ctypes import POINTER, byref, c_char_p, c_int, c_size_t, c_uint32, c_uint64, c_void_p

from peers import cases

MAX_RANK = 8
OK, ERR_NO_OPENCL, ERR_NO_DEVICE, ERR_AMBIGUOUS = 0, -20013, -20014, -20015
DTYPES = {"f32": 0, "f16": 1, "bf16": 2, "f64": 3}


class Tensor(ctypes.Structure):
    _fields_ = [("dtype", c_int), ("layout", c_int), ("rank", c_uint32),
                ("shape", c_uint64 * MAX_RANK), ("start", c_uint64 * MAX_RANK),
                ("extent", c_uint64 * MAX_RANK)]


class Key(ctypes.Structure):
    _fields_ = [("seed", c_uint64), ("stream", c_uint64)]


class HostOptions(ctypes.Structure):
    _fields_ = [("threads", c_uint32), ("simd", c_int)]


class SowclError(Exception):
    """A status that is not SOW_OK."""

    def __init__(self, status, text):
        super().__init__(text)
        self.status = status


class Opaque:
    """Room for a structure of the library: whatever its size, up to half of this."""

    ROOM = 4096
    UNTOUCHED = bytes([0xA5]) * (ROOM // 2)

    def __init__(self):
        self.buffer = ctypes.create_string_buffer(2 * self.UNTOUCHED, self.ROOM)

    def check(self):
        end = self.buffer.raw[self.ROOM // 2:]
        assert end == self.UNTOUCHED, "a structure of libsowcl has outgrown its room"
        return self


class Error(Opaque):
    """sow_error: the status, and the text after it."""

    def text(self):
        text = ctypes.addressof(self.buffer) + ctypes.sizeof(c_int)
        return ctypes.string_at(text).decode(errors="replace")


PROTOTYPES = {
    "sow_status_name": (c_char_p, [c_int]),
    "sow_tensor_count": (c_int, [POINTER(Tensor), POINTER(c_uint64)]),
    "sow_initializer_parse": (c_int, [c_void_p, c_char_p, c_void_p, c_size_t, c_void_p]),
    "sow_plan_make": (c_int, [c_void_p, POINTER(Tensor), c_void_p, Key, c_void_p]),
    "sow_fill_host_plan": (c_int, [c_void_p, c_void_p, POINTER(HostOptions)]),
}
OPENCL_PROTOTYPES = {
    "sow_context_open": (c_int, [POINTER(c_void_p), c_char_p, c_void_p, c_void_p]),
    "sow_context_cl_context": (c_void_p, [c_void_p]),
    "sow_context_cl_device": (c_void_p, [c_void_p]),
    "sow_context_cl_queue": (c_void_p, [c_void_p]),
    "sow_fill_plan": (c_int, [c_void_p, c_void_p, c_void_p, c_uint64, c_void_p, c_uint32, c_void_p,
                              c_void_p]),
    "sow_buffer_create": (c_int, [c_void_p, c_uint64, POINTER(c_void_p)]),
    "sow_buffer_read": (c_int, [c_void_p, c_void_p, c_uint64, c_uint64, c_void_p]),
    # of the OpenCL library that libsowcl is linked to
    "clFinish": (c_int, [c_void_p]),
    "clGetDeviceInfo": (c_int, [c_void_p, c_uint32, c_size_t, c_void_p, c_void_p]),
    "clEnqueueFillBuffer": (c_int, [c_void_p, c_void_p, c_void_p, c_size_t, c_size_t, c_size_t,
                                    c_uint32, c_void_p, c_void_p]),
}


class Library:
    """The functions of libsowcl, each raising SowclError. has_opencl: built with OpenCL."""

    def __init__(self, path):
        self.dll = ctypes.CDLL(str(path))
        self.declare(PROTOTYPES)
        self.has_opencl = hasattr(self.dll, "sow_context_open") and hasattr(self.dll, "clFinish")
        if self.has_opencl:
            self.declare(OPENCL_PROTOTYPES)
        self.check_layout()

    def declare(self, prototypes):
        for name, (result, arguments) in prototypes.items():
            function = getattr(self.dll, name)
            function.restype, function.argtypes = result, arguments

    def call(self, name, *arguments, error=None):
        status = getattr(self.dll, name)(*arguments)
        if status != OK:
            raise SowclError(status, error.text() if error
                             else f"{name}: {self.dll.sow_status_name(status).decode()}")

    def check_layout(self):
        """A region counts as it should only if shape, start and extent lie where the library reads them."""
        tensor = Tensor(dtype=DTYPES["f64"], rank=MAX_RANK)
        tensor.shape[:] = range(3, 3 + MAX_RANK)
        tensor.start[:] = [2] + [0] * (MAX_RANK - 1)
        tensor.extent[:] = [1] + list(range(4, 3 + MAX_RANK))
        count = c_uint64()
        self.call("sow_tensor_count", byref(tensor), byref(count))
        assert count.value == 4 * 5 * 6 * 7 * 8 * 9 * 10, "sow_tensor is not what library.py takes it for"

    def plan(self, shape, dtype, expression, seed):
        """A plan, for fill_host and fill_device."""
        tensor = Tensor(dtype=DTYPES[dtype], rank=len(shape))
        tensor.shape[:len(shape)] = shape
        initializer, plan, error = Opaque(), Opaque(), Error()
        self.call("sow_initializer_parse", initializer.buffer, expression.encode(), None, 0,
                  error.buffer, error=error)
        self.call("sow_plan_make", plan.buffer, byref(tensor), initializer.check().buffer,
                  Key(seed, 0), error.buffer, error=error)
        return plan.check()

    def fill_host(self, address, plan, threads):
        self.call("sow_fill_host_plan", address, plan.buffer, byref(HostOptions(threads, 0)))


DEVICE_TYPE, DEVICE_NAME, DRIVER_VERSION, DEVICE_VERSION = 0x1000, 0x102B, 0x102D, 0x102F
TYPE_GPU = 1 << 2


class Device:
    """An OpenCL device that sowcl opened, with one buffer that all OpenCL peers fill."""

    def __init__(self, library, selector):
        self.library = library
        if not library.has_opencl:
            raise SowclError(ERR_NO_OPENCL, "this build of sowcl has no OpenCL")
        context, error = c_void_p(), Error()
        library.call("sow_context_open", byref(context), selector.encode() if selector else None, None,
                     error.buffer, error=error)
        self.context = context
        self.cl_context = library.dll.sow_context_cl_context(context)
        self.cl_device = library.dll.sow_context_cl_device(context)
        self.cl_queue = library.dll.sow_context_cl_queue(context)
        self.name, self.driver, self.version = (
            self.info(what).rstrip(b"\0").decode(errors="replace").strip()
            for what in (DEVICE_NAME, DRIVER_VERSION, DEVICE_VERSION))
        self.kind = "gpu" if int.from_bytes(self.info(DEVICE_TYPE), "little") & TYPE_GPU else "cpu"
        self.buffer = None

    def info(self, what):
        """The bytes of clGetDeviceInfo."""
        size = c_size_t()
        self.library.call("clGetDeviceInfo", self.cl_device, what, 0, None, byref(size))
        value = ctypes.create_string_buffer(size.value)
        self.library.call("clGetDeviceInfo", self.cl_device, what, size, value, None)
        return value.raw

    def allocate(self, size_bytes):
        buffer = c_void_p()
        self.library.call("sow_buffer_create", self.context, size_bytes, byref(buffer))
        self.buffer = buffer

    def finish(self):
        self.library.call("clFinish", self.cl_queue)

    def fill(self, plan):
        self.library.call("sow_fill_plan", self.context, self.cl_queue, self.buffer, 0, plan.buffer, 0,
                          None, None)
        self.finish()

    def poison(self, size_bytes):
        pattern = ctypes.c_uint8(cases.POISON)
        self.library.call("clEnqueueFillBuffer", self.cl_queue, self.buffer, byref(pattern), 1, 0,
                          size_bytes, 0, None, None)
        self.finish()

    def read(self, offset_bytes, size_bytes):
        data = ctypes.create_string_buffer(size_bytes)
        self.library.call("sow_buffer_read", self.context, self.buffer, offset_bytes, size_bytes,
                          data)
        return data.raw
