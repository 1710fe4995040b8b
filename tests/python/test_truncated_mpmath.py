"""Truncated normals one by one: each draw against the inverse of the distribution function, by mpmath, at
the probability that the draw's word stands for."""

import os
import subprocess
from array import array
from statistics import NormalDist

import report

try:
    import mpmath
    from mpmath import mp, mpf
except ImportError:
    mpmath = None

PROGRAM = os.environ.get("SOWCL_PROGRAM")
COUNT = 300
INF = float("inf")
INTERVALS = (
    (-2, 2), (-2.4, 1), (-2.5, 2.5), (0.5, 1.25), (2, 2.3), (-0.3, 0.3),  # central
    (-3, 3), (-1, INF), (0, INF), (2, 5), (-6, 6), (-INF, 0.5), (4.1, INF), (-INF, -2),  # wide
    (4.2, INF), (5.5, INF), (10, INF), (40, 41), (-INF, -8), (1000, INF), (6, 6.5),  # far
    (1, 1.1), (-0.01, 0.01), (4.2, 4.3), (-1.1, -1), (0, 0.4), (-0.3, 0.1),  # narrow
)
# Drawn with the edge at 0, so that the whole draw is the distance from it.
AT_ZERO = ((4.25, INF), (5.5, INF), (10, INF), (40, 41), (-INF, -4.25), (1, 1.25), (-0.125, 0.25))


class Precision:
    """Of a dtype's arithmetic. What may differ, in units of std: `absolute` where the draw is made from its
    distance to the mean, else `edge` of the distance to the edge; and rounding to the dtype."""

    def __init__(self, dtype, array_code, word_bits, wide_bits, tail_start, fraction, absolute, edge):
        self.dtype, self.array_code = dtype, array_code
        self.word_bits, self.wide_bits, self.tail_start = word_bits, wide_bits, tail_start
        self.fraction, self.absolute, self.edge = fraction, absolute, edge


F32 = Precision("f32", "f", 32, 31, 4.2, 23, 2e-6, 5e-7)
F64 = Precision("f64", "d", 53, 53, 5.5, 52, 5e-15, 1e-14)


def fill(expression, dtype, count, array_code):
    command = [PROGRAM, "fill", "--shape", str(count), "--init", expression, "--dtype", dtype,
               "--device", "host", "--seed", "3", "-o", "-"]
    result = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert result.returncode == 0, result.stderr.decode()
    values = array(array_code)
    values.frombytes(result.stdout)
    assert len(values) == count
    return values


def words_of(precision):
    """The bits that decide an element, as a whole number, and how many bits that is."""
    if precision is F32:
        return list(fill("bits", "i32", COUNT, "I"))
    words = fill("bits", "i32", 2 * COUNT, "I")
    return [(low | high << 32) >> 11 for low, high in zip(words[0::2], words[1::2])]


def upper_tail(z):
    return mpf(0) if z == INF else mpmath.erfc(mpf(z) / mpmath.sqrt(2)) / 2


def tail_inverse(tail):
    """z with P(Z > z) = tail, by Newton's method on its logarithm, for tail <= 1/2."""
    z = mpf(-NormalDist().inv_cdf(float(tail))) if tail > 1e-300 else mpmath.sqrt(-2 * mpmath.log(tail))
    for _ in range(50):
        above = upper_tail(z)
        step = mpmath.log(above / tail) * above / mpmath.npdf(z)
        z += step
        if abs(step) < mpf(2) ** -60:  # the next would be its square
            return z
    raise AssertionError(f"no inverse of {tail}")


def quantile(low, high, share):
    """z with a share of the mass of [low, high] below it; low + high >= 0."""
    rest = upper_tail(high)
    tail = upper_tail(low) - share * (upper_tail(low) - rest)
    return tail_inverse(tail) if tail <= 0.5 else -tail_inverse(1 - tail)


def kind_of(low, high, precision):
    """How src/plan/trunc_normal.c draws [low, high], low + high >= 0."""
    if (high - low) * max(1, abs(low)) < 0.5 or low >= precision.tail_start:
        return "edge"
    return "central" if low >= -2.5 and high <= 2.5 else "wide"


def share_of(word, kind, precision):
    """The share of the mass below a word's draw: its half step."""
    if precision is F32 and kind == "central":
        word ^= 1 << 31  # read as a signed number
    if precision is F32 and kind == "wide":
        word >>= 1
    bits = precision.wide_bits if kind == "wide" else precision.word_bits
    return (mpf(word) + 0.5) / mpf(2) ** bits


def allowed(z, low, mean, kind, precision):
    half_unit = mpf(2) ** -(precision.fraction + 1)
    rounding = abs(z + mean) * half_unit
    if kind == "edge":
        return rounding + abs(low + mean) * half_unit + precision.edge * abs(z - mpf(low))
    return rounding + precision.absolute


def worst_share(interval, at_zero, precision, words):
    """The largest error of an interval's draws, as a share of what is allowed."""
    a, b = interval
    sign = -1 if a + b < 0 else 1
    low, high = (a, b) if sign > 0 else (-b, -a)
    mean = -low if at_zero else 0  # where z grows away from the edge
    expression = f"trunc_normal(mean={sign * mean!r}, a={a + sign * mean!r}, b={b + sign * mean!r})"
    draws = fill(expression, precision.dtype, COUNT, precision.array_code)
    kind = kind_of(low, high, precision)
    worst = worst_error = mpf(0)
    for word, draw in zip(words, draws):
        z = quantile(low, high, share_of(word, kind, precision))
        error = abs(sign * mpf(draw) - mean - z)
        worst_error = max(worst_error, error)
        worst = max(worst, error / allowed(z, low, mean, kind, precision))
    print(f"  {precision.dtype} {kind} {expression}: error {mpmath.nstr(worst_error, 3)},"
          f" {mpmath.nstr(worst, 3)} of what is allowed")
    return worst


def compare(precision):
    if mpmath is None:
        raise report.Skip("no mpmath")
    if not PROGRAM:
        raise report.Skip("no sowcl program (SOWCL_PROGRAM)")
    mp.prec = 160
    words = words_of(precision)
    for interval, at_zero in [(i, False) for i in INTERVALS] + [(i, True) for i in AT_ZERO]:
        share = worst_share(interval, at_zero, precision, words)
        assert share <= 1, f"{precision.dtype} {interval}: {float(share):.3g} times the error allowed"


def test_f32_draws_are_quantiles():
    compare(F32)


def test_f64_draws_are_quantiles():
    compare(F64)


if __name__ == "__main__":
    report.run(globals())
