"""cuRAND's host interface with Philox, in memory of the device, through ctypes."""

import ctypes
import ctypes.util
import glob
import sys
from ctypes import byref, c_double, c_float, c_int, c_size_t, c_uint64, c_void_p

from peers import cases
from peers.cases import Absent, Case
from peers.library import SowclError

NAME = "curand"
ABOUT = "cuRAND's Philox, on sowcl's device where that is NVIDIA's"
HOW = "NVIDIA's CUDA toolkit, or pip install nvidia-curand nvidia-cuda-runtime, and an NVIDIA GPU"
PHILOX4_32_10 = 161  # CURAND_RNG_PSEUDO_PHILOX4_32_10
COPY_TO_HOST = 2  # cudaMemcpyDeviceToHost
PCI_BUS, PCI_SLOT, PCI_DOMAIN = 0x4008, 0x4009, 0x400A  # CL_DEVICE_PCI_*_ID_NV
FUNCTIONS = {("uniform", "f32"): "curandGenerateUniform",
             ("uniform", "f64"): "curandGenerateUniformDouble",
             ("normal", "f32"): "curandGenerateNormal",
             ("normal", "f64"): "curandGenerateNormalDouble"}


def candidates(name):
    """Where a library of the CUDA toolkit may be: Python packages, which PyTorch uses, the loader's and the
    usual folders."""
    for path in filter(None, sys.path):
        yield from sorted(glob.glob(f"{path}/nvidia/*/lib/lib{name}.so*"))
    found = ctypes.util.find_library(name)
    if found:
        yield found
    for folder in ("/usr/local/cuda*/lib64", "/usr/local/cuda*/targets/*/lib", "/opt/cuda*/lib64"):
        yield from sorted(glob.glob(f"{folder}/lib{name}.so*"))


def load(name):
    refusals = []
    for path in candidates(name):
        try:
            return ctypes.CDLL(path)
        except OSError as error:
            refusals.append(str(error))
    raise Absent(refusals[0] if refusals else f"no lib{name}.so")


class Cuda:
    """The runtime's and cuRAND's functions; a code that is not 0 is raised."""

    def __init__(self):
        self.runtime = load("cudart")
        self.curand = load("curand")
        self.runtime.cudaGetErrorString.restype = ctypes.c_char_p

    def call(self, name, *arguments):
        code = getattr(self.runtime if name.startswith("cuda") else self.curand, name)(*arguments)
        if code != 0:
            told = self.runtime.cudaGetErrorString(code).decode() if name.startswith("cuda") else "status"
            raise RuntimeError(f"{name}: {told} ({code})")

    def select(self, device):
        """Makes sowcl's device the current one, by its place on the bus. Without one the runtime chooses."""
        if device is None:
            return
        try:
            bus, slot = (int.from_bytes(device.info(what), "little") for what in (PCI_BUS, PCI_SLOT))
        except SowclError as error:
            raise Absent(f"sowcl's device ({device.name}) is not NVIDIA's") from error
        try:
            domain = int.from_bytes(device.info(PCI_DOMAIN), "little")
        except SowclError:  # of older drivers, on machines that have one
            domain = 0
        index = c_int()
        self.call("cudaDeviceGetByPCIBusId", byref(index), f"{domain:04x}:{bus:02x}:{slot:02x}.0".encode())
        self.call("cudaSetDevice", index)


class CudaMemory:
    def __init__(self, cuda, size_bytes):
        self.cuda = cuda
        self.pointer = c_void_p()
        cuda.call("cudaMalloc", byref(self.pointer), c_size_t(size_bytes))

    def poison(self, size_bytes):
        self.cuda.call("cudaMemset", self.pointer, cases.POISON, c_size_t(size_bytes))
        self.cuda.call("cudaDeviceSynchronize")

    def read(self, offset_bytes, size_bytes):
        data = ctypes.create_string_buffer(size_bytes)
        self.cuda.call("cudaMemcpy", data, c_void_p(self.pointer.value + offset_bytes),
                       c_size_t(size_bytes), COPY_TO_HOST)
        return data.raw


def open_peer(bench):
    cuda = Cuda()
    count = c_int()
    try:
        cuda.call("cudaGetDeviceCount", byref(count))
    except RuntimeError as error:
        raise Absent(str(error)) from error
    if count.value == 0:
        raise Absent("no NVIDIA GPU")
    return CuRand(bench, cuda)


class CuRand:
    def __init__(self, bench, cuda):
        self.bench = bench
        self.cuda = cuda
        cuda.select(bench.device)
        version = c_int()
        cuda.call("curandGetVersion", byref(version))
        self.versions = {"cuRAND": str(version.value)}
        self.memory = CudaMemory(cuda, bench.size_bytes)
        self.generator = c_void_p()
        cuda.call("curandCreateGenerator", byref(self.generator), c_int(PHILOX4_32_10))
        cuda.call("curandSetPseudoRandomGeneratorSeed", self.generator, c_uint64(0))

    def cases(self, operation, dtype):
        name = FUNCTIONS.get((operation.name, dtype))
        if name is None:
            return []
        parameters = []
        if operation.name == "normal":
            number = c_float if dtype == "f32" else c_double
            parameters = [number(0), number(1)]

        def fill():
            self.cuda.call(name, self.generator, self.memory.pointer, c_size_t(self.bench.count),
                           *parameters)
            self.cuda.call("cudaDeviceSynchronize")

        device = self.bench.device.name if self.bench.device else "the first GPU"
        return [Case(NAME, operation, dtype, call=name, device=device, kind="gpu",
                     memory=self.memory, fill=fill)]
