"""Kernels of STFTs against Keras' formula in NumPy, with NumPy's and SciPy's windows, and against a Fourier transform."""

import itertools
import os
import subprocess

import report

try:
    import numpy as np
except ImportError:
    np = None
try:
    from scipy import signal
except ImportError:
    signal = None

PROGRAM = os.environ.get("SOWCL_PROGRAM")
NUMPY_WINDOWS = ("hann", "hamming", "blackman", "bartlett", "boxcar")
SCIPY_WINDOWS = (*NUMPY_WINDOWS, "triang", "cosine", "nuttall", "blackmanharris", "flattop")
SCALINGS = ("density", "spectrum", "none")


def drawn(expression, shape, dtype):
    if not PROGRAM:
        raise report.Skip("no sowcl program (SOWCL_PROGRAM)")
    if np is None:
        raise report.Skip("no NumPy")
    command = [PROGRAM, "fill", "--init", expression, "--shape", ",".join(map(str, shape)), "--layout", "io",
               "--dtype", dtype, "--device", "host", "-o", "-"]
    result = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert result.returncode == 0, result.stderr.decode()
    return np.frombuffer(result.stdout, "<f8" if dtype == "f64" else "<f4").reshape(shape)


def numpy_window(name, length):
    named = {"hann": np.hanning, "boxcar": np.ones}
    return named.get(name, getattr(np, name, None))(length)


def kernel(side, window, scaling, shape):
    """keras.initializers.STFT, its angles reduced before they are rounded. window: None, or its values."""
    frames, _, bins = shape
    turns = 2 * (bins - 1)
    angle = -2 * np.pi * (np.outer(np.arange(frames), np.arange(bins)) % turns) / turns
    values = np.cos(angle) if side == "real" else np.sin(angle)
    if window is not None:
        scale = {"density": np.sqrt(np.sum(window**2)), "spectrum": np.sum(np.abs(window)), "none": 1}[scaling]
        values = values * window[:, None] / scale
    return np.broadcast_to(values[:, None, :], shape)


def compare(expected, expression):
    """In ulp of the scale, which is 1 over the largest value there could be."""
    for dtype, ulp in (("f64", 2.0**-52), ("f32", 2.0**-23)):
        error = np.max(np.abs(drawn(expression, expected.shape, dtype) - expected))
        assert error <= 8 * ulp * np.max(np.abs(expected)), f"{expression} in {dtype}: {error}"


def compare_all(windows, window_of, shape):
    for side, name, scaling, periodic in itertools.product(("real", "imag"), windows, SCALINGS, (0, 1)):
        expression = f"stft(side={side},window={name},scaling={scaling},periodic={periodic})"
        compare(kernel(side, window_of(name, shape[0], periodic), scaling, shape), expression)


def test_stft_equals_keras_formula_with_numpys_windows():
    if np is None:
        raise report.Skip("no NumPy")

    def window_of(name, length, periodic):
        return numpy_window(name, length + periodic)[:length]
    for shape in ((48, 2, 33), (35, 1, 18)):
        compare_all(NUMPY_WINDOWS, window_of, shape)


def test_stft_equals_keras_formula_with_scipys_windows():
    if np is None or signal is None:
        raise report.Skip("no NumPy and SciPy")
    for shape in ((48, 1, 33), (35, 2, 18), (1, 1, 5)):
        compare_all(SCIPY_WINDOWS, lambda name, length, periodic: signal.get_window(name, length, bool(periodic)),
                    shape)


def test_stft_without_a_window_is_not_scaled():
    if np is None:
        raise report.Skip("no NumPy")
    for side, scaling in itertools.product(("real", "imag"), SCALINGS):
        compare(kernel(side, None, scaling, (20, 1, 17)), f"stft(side={side},window=none,scaling={scaling})")


def test_stft_is_a_fourier_transform():
    frames, bins = 400, 257
    real = drawn("stft(scaling=none)", (frames, 1, bins), "f64")[:, 0]
    imag = drawn("stft(side=imag,scaling=none)", (frames, 1, bins), "f64")[:, 0]
    heard = np.sin(0.37 * np.arange(frames)) + 0.2 * np.cos(1.9 * np.arange(frames))
    expected = np.fft.rfft(heard * np.hanning(frames), 2 * (bins - 1))
    assert np.max(np.abs(heard @ real + 1j * (heard @ imag) - expected)) < 1e-11


def test_control():
    if np is None:
        raise report.Skip("no NumPy")
    symmetric = kernel("real", np.hanning(48), "density", (48, 1, 33))
    try:
        compare(symmetric, "stft(periodic=1)")
    except AssertionError:
        return
    assert False, "a periodic window passes for a symmetric one"


report.run(globals())
