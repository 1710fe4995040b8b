"""LAPACK's QR through OpenBLAS and ctypes: sgeqrf and sorgqr in memory of the caller."""

import ctypes
import ctypes.util
import glob
from ctypes import byref, c_float, c_int, c_void_p

from peers.cases import Absent

HOW = "apt-get install libopenblas-dev, or an OpenBLAS that the loader finds"
PLACES = ("/usr/lib/*/openblas-pthread/libopenblas.so*", "/usr/lib/*/libopenblas.so*", "/usr/lib*/libopenblas.so*")


def load():
    found = ctypes.util.find_library("openblas")
    for path in [*sorted(path for place in PLACES for path in glob.glob(place)), *filter(None, [found])]:
        try:
            dll = ctypes.CDLL(path)
        except OSError:
            continue
        if all(hasattr(dll, name) for name in ("sgeqrf_", "sorgqr_", "openblas_set_num_threads")):
            return dll
    raise Absent("no OpenBLAS with LAPACK")


class Lapack:
    def __init__(self, threads):
        self.dll = load()
        self.dll.openblas_get_config.restype = ctypes.c_char_p
        self.version = self.dll.openblas_get_config().decode()
        self.dll.openblas_set_num_threads(c_int(threads))

    def qr(self, rows, columns):
        """What takes the address of a rows x columns matrix, by columns, to its Q, in place."""
        m, n, info, query = c_int(rows), c_int(columns), c_int(), c_int(-1)
        tau, size = (c_float * columns)(), c_float()
        lwork = 0
        for call in (self.factor, self.form):
            call(m, n, None, tau, byref(size), query, info)
            lwork = max(lwork, int(size.value))
        work, length = (c_float * lwork)(), c_int(lwork)

        def run(address):
            for call in (self.factor, self.form):
                call(m, n, c_void_p(address), tau, work, length, info)
                if info.value != 0:
                    raise RuntimeError(f"LAPACK says {info.value}")
        return run

    def factor(self, m, n, a, tau, work, lwork, info):
        self.dll.sgeqrf_(byref(m), byref(n), a, byref(m), tau, work, byref(lwork), byref(info))

    def form(self, m, n, a, tau, work, lwork, info):
        self.dll.sorgqr_(byref(m), byref(n), byref(n), a, byref(m), tau, work, byref(lwork), byref(info))
