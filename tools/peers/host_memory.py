"""The memory of the host that all peers on the CPU fill, one after another: the same pages for each."""

import ctypes
import mmap

from peers import cases


class HostMemory:
    def __init__(self, size_bytes):
        self.pages = mmap.mmap(-1, size_bytes)
        self.address = ctypes.addressof(ctypes.c_char.from_buffer(self.pages))

    def poison(self, size_bytes):
        ctypes.memset(self.address, cases.POISON, size_bytes)

    def read(self, offset_bytes, size_bytes):
        return self.pages[offset_bytes:offset_bytes + size_bytes]
