"""Orthogonal matrices against PyTorch and LAPACK (by NumPy): shapes, refusals, laws, and what is the same.

A seed gives other matrices than theirs, but for what is determined: the first column is LAPACK's of the same normals.
Laws are compared by Kolmogorov-Smirnov tests of two samples and by z scores, with fixed seeds; false alarms below 1e-6.
"""

import math
import sys
import tempfile
from pathlib import Path

import report

sys.path.insert(0, str(report.SOURCE_DIR / "tests" / "cli"))
from program import refused, run  # noqa: E402
sys.path.insert(0, str(report.SOURCE_DIR / "tools"))
from peers import cases, lapack  # noqa: E402

try:
    import numpy
except ImportError:
    numpy = None
try:
    import torch
except ImportError:
    torch = None

FOLDER = tempfile.TemporaryDirectory(prefix="sowcl-")
FALSE_ALARM = 1e-6


def fill(init, shape, layout="oi", dtype="f32", seed=0):
    if numpy is None:
        raise report.Skip("no NumPy")
    path = Path(FOLDER.name, "fill.npy")
    run("fill", "--init", init, "--shape", ",".join(map(str, shape)), "--layout", layout, "--dtype", dtype,
        "--seed", seed, "-o", path)
    return numpy.load(path)


def residual(matrix, gain=1.0):
    """Of the shorter side's vectors."""
    q = matrix.astype(numpy.float64) / gain
    if q.shape[0] < q.shape[1]:
        q = q.T
    return numpy.linalg.norm(q.T @ q - numpy.eye(q.shape[1])) / math.sqrt(q.shape[1])


def lapack_q(normals):
    """Q with R's diagonal positive: Haar's measure, and Q is determined."""
    q, r = numpy.linalg.qr(normals)
    return q * numpy.sign(numpy.diagonal(r, axis1=-2, axis2=-1))[..., None, :]


def two_sample_p(a, b):
    """Kolmogorov and Smirnov's, by the series for large samples."""
    both = numpy.concatenate([a, b])
    distance = numpy.abs(numpy.searchsorted(numpy.sort(a), both, "right") / len(a)
                         - numpy.searchsorted(numpy.sort(b), both, "right") / len(b)).max()
    root = math.sqrt(len(a) * len(b) / (len(a) + len(b)))
    t = distance * (root + 0.12 + 0.11 / root)
    if t < 0.2:
        return 1.0
    return min(1.0, sum((2 if k % 2 else -2) * math.exp(-2 * k * k * t * t) for k in range(1, 101)))


# Shapes: what torch.nn.init.orthogonal_ takes for the matrix, sowcl does.

SHAPES = [(5, 3), (3, 5), (7, 7), (1, 9), (9, 1), (1, 1), (16, 3, 3, 3), (8, 16, 3), (64, 2, 2, 2, 2)]


def test_torch_takes_the_same_matrices():
    if torch is None:
        raise report.Skip("no PyTorch")
    for shape in SHAPES:
        theirs = torch.nn.init.orthogonal_(torch.empty(shape), gain=1.5).numpy()
        ours = fill("orthogonal(gain=1.5)", shape)
        assert ours.shape == theirs.shape and ours.dtype == theirs.dtype
        for what, matrix in (("torch", theirs), ("sowcl", ours)):
            found = residual(matrix.reshape(shape[0], -1), 1.5)
            assert found < 1e-6, f"{what} {shape}: residual {found}"


def test_torch_refuses_the_same_shapes():
    if torch is None:
        raise report.Skip("no PyTorch")
    for shape in ((), (5,)):
        try:
            torch.nn.init.orthogonal_(torch.empty(shape))
            raise AssertionError(f"torch takes {shape}")
        except ValueError:
            pass
        refused("fill", "--init", "orthogonal", "--shape", ",".join(map(str, shape)), says="2 or more")


def test_kernels_of_keras_and_jax_are_flattened_to_the_last_dimension():
    for shape in ((3, 3, 4, 20), (3, 3, 2, 40), (5, 7)):
        kernel = fill("orthogonal", shape, layout="io")
        assert residual(kernel.reshape(-1, shape[-1])) < 1e-6


def test_delta_orthogonal_is_at_the_middle():
    """(k - 1) // 2 of each spatial dimension, as in jax.nn.initializers.delta_orthogonal."""
    for shape in ((3, 6, 8), (4, 5, 6, 8), (2, 3, 4, 8, 8)):
        kernel = fill("delta_orthogonal", shape, layout="io")
        middle = tuple((size - 1) // 2 for size in shape[:-2])
        assert residual(kernel[middle]) < 1e-6
        kernel[middle] = 0
        assert not kernel.any()
        moved = fill("delta_orthogonal", shape[-1:] + shape[-2:-1] + shape[:-2])
        assert residual(moved[(slice(None), slice(None)) + middle]) < 1e-6


# What is determined.


def test_the_first_column_is_lapacks():
    for rows, columns in ((9, 1), (50, 20), (300, 300), (1100, 40)):
        for dtype, close in (("f32", 1e-6), ("f64", 1e-14)):
            q = fill("orthogonal", (rows, columns), dtype=dtype, seed=3)
            expected = lapack_q(fill("normal", (rows, columns), dtype=dtype, seed=3).astype(numpy.float64))
            assert numpy.abs(q[:, 0] - expected[:, 0]).max() < close
            if columns > 1:
                assert numpy.abs(q[:, 1] - expected[:, 1]).max() > 0.01  # the others are not


def test_residuals_are_like_lapacks():
    """In f32: NumPy itself computes in double."""
    try:
        library = lapack.Lapack(1)
    except cases.Absent as error:
        raise report.Skip(str(error)) from error
    for rows, columns in ((64, 64), (512, 512), (1024, 256)):
        ours = residual(fill("orthogonal", (rows, columns), seed=4))
        q = numpy.asfortranarray(fill("normal", (rows, columns), seed=4))
        library.qr(rows, columns)(q.ctypes.data)
        assert ours < 1e-6 and ours < 3 * residual(q), (rows, columns, ours, residual(q))


# Laws.


def statistics_of(matrices):
    """Entries, and u^T Q v for two vectors, and the traces of Q and Q^2."""
    n = matrices.shape[-1]
    u = numpy.arange(1, n + 1) / math.sqrt(sum(i * i for i in range(1, n + 1)))
    return {"corner": matrices[:, 0, 0], "end": matrices[:, n - 1, n - 1], "below": matrices[:, n - 1, 0],
            "above": matrices[:, 0, n - 1], "form": (u @ matrices) @ u[::-1],
            "trace": numpy.trace(matrices, axis1=1, axis2=2),
            "trace of square": numpy.trace(matrices @ matrices, axis1=1, axis2=2)}


def smallest_p(ours, theirs):
    a, b = statistics_of(ours), statistics_of(theirs)
    positive = [(numpy.linalg.det(m) > 0).mean() for m in (ours, theirs)]
    z = (positive[0] - positive[1]) / math.sqrt(0.25 / len(ours) + 0.25 / len(theirs))
    return min([two_sample_p(a[name], b[name]) for name in a] + [math.erfc(abs(z) / math.sqrt(2))])


def test_laws_are_lapacks_and_torchs():
    count, n = 3000, 8
    ours = fill("orthogonal(batch_dims=1)", (count, n, n), seed=11)
    normals = numpy.random.default_rng(5).standard_normal((count, n, n))
    assert smallest_p(ours, lapack_q(normals)) > FALSE_ALARM
    # the control: without the correction of signs
    assert smallest_p(ours, numpy.stack([numpy.linalg.qr(x)[0] for x in normals])) < FALSE_ALARM
    if torch is None:
        raise report.Skip("no PyTorch")
    torch.manual_seed(5)
    theirs = numpy.stack([torch.nn.init.orthogonal_(torch.empty(n, n)).numpy() for _ in range(count)])
    assert smallest_p(ours, theirs) > FALSE_ALARM


report.run(globals())
