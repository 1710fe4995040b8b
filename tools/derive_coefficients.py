#!/usr/bin/env python3
"""Derives the polynomials and constants of the kernels and of plan arithmetic anew, and prints them beside
the shipped ones.

    tools/derive_coefficients.py           every polynomial: coefficients, fit errors, verdict
    tools/derive_coefficients.py --check   the verdicts only

Exits with 0 when every constant is the exact value, rounded, and every polynomial is bit-equal to the one
that is derived here, or as good: its largest error is no more than that which its file states.

The fits minimise the largest relative error over a grid of Chebyshev points by the exchange algorithm of
Remez, with mpmath. Coefficients are rounded to the format in one of three ways:

    plain       each to the nearest
    first       plain, or the lowest to the nearest and then the others fitted anew: the better of the two
    one by one  from the lowest on: round one, fit the rest anew
"""

import argparse
import re
import struct
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import mpmath as mp

ROOT = Path(__file__).resolve().parents[1]
SIGNIFICAND_BITS = {"f32": 24, "f64": 53}
CHECK_POINTS = 1000  # on which errors are measured, evenly spaced
STATED_DIGIT = 0.05  # stated errors have one decimal

mp.mp.prec = 160


def rounded(value, bits):
    """To the nearest number of that many significant bits, ties to even."""
    if value == 0:
        return mp.mpf(0)
    fraction, exponent = mp.frexp(value)
    return mp.ldexp(mp.nint(mp.ldexp(fraction, bits)), exponent - bits)


def to_f32(value):
    return struct.unpack("f", struct.pack("f", value))[0]


def horner(coefficients, x):
    total = mp.mpf(0)
    for coefficient in reversed(coefficients):
        total = total * x + coefficient
    return total


# ---- The exchange algorithm ----

def solve_reference(target, powers, weight, reference):
    """The coefficients that level the weighted error, with alternating signs, on the reference points; and
    that level."""
    count = len(powers)
    matrix = mp.matrix(count + 1, count + 1)
    right = mp.matrix(count + 1, 1)
    for row, x in enumerate(reference):
        for column, power in enumerate(powers):
            matrix[row, column] = x**power
        matrix[row, count] = (-1)**row / weight(x)
        right[row] = target(x)
    solution = mp.lu_solve(matrix, right)
    return [solution[i] for i in range(count)], abs(solution[count])


def alternating_peaks(errors):
    """Indices of the largest error in each run of one sign."""
    peaks, peak = [], 0
    for i in range(1, len(errors)):
        if errors[i] * errors[peak] < 0:
            peaks.append(peak)
            peak = i
        elif abs(errors[i]) > abs(errors[peak]):
            peak = i
    return peaks + [peak]


def exchange(target, powers, low, high, weight, points, rounds=30, slack=5e-4):
    """Fits sum(c[i] * x^powers[i]) to target, least in the largest weighted error on `points` + 1 Chebyshev
    points of [low, high], to within a relative `slack`. Returns the coefficients and that error."""
    wanted = len(powers) + 1
    middle, half = (low + high) / 2, (high - low) / 2
    grid = [middle - half * mp.cos(mp.pi * i / points) for i in range(points + 1)]
    table = [(x, target(x), weight(x)) for x in grid]
    reference = [middle - half * mp.cos(mp.pi * i / (wanted - 1)) for i in range(wanted)]
    best = None
    for _ in range(rounds):
        coefficients, level = solve_reference(target, powers, weight, reference)
        dense = [mp.mpf(0)] * (max(powers) + 1)
        for power, coefficient in zip(powers, coefficients):
            dense[power] = coefficient
        errors = [w * (horner(dense, x) - y) for x, y, w in table]
        largest = max(abs(error) for error in errors)
        if best is None or largest < best[1]:
            best = coefficients, largest
        peaks = alternating_peaks(errors)
        while len(peaks) > wanted:
            peaks.pop(0 if abs(errors[peaks[0]]) < abs(errors[peaks[-1]]) else -1)
        if len(peaks) < wanted or largest < level * (1 + slack):
            break
        reference = [grid[i] for i in peaks]
    return best


# ---- The polynomials ----

def memoised(function):
    known = {}

    def call(x):
        if x not in known:
            known[x] = function(x)
        return known[x]
    return call


@dataclass
class Polynomial:
    name: str
    file: str
    function: str  # which holds the coefficients, highest power first
    skip: int  # hexadecimal literals of the function before them
    format: str
    degree: int
    target: Callable  # of the polynomial's own variable
    low: mp.mpf
    high: mp.mpf
    rounding: str
    stated: float  # log2 of the largest relative error, as the file states it
    points: int = 2000
    rounds: int = 30
    in_f32: bool = False  # the stated error is that of the evaluation in f32, not of the fit alone

    def __post_init__(self):
        self.target = memoised(self.target)

    def weight(self, x):
        return 1 / abs(self.target(x))

    def round(self, value):
        return rounded(value, SIGNIFICAND_BITS[self.format])

    def fit(self, target, powers, weight):
        return exchange(target, powers, self.low, self.high, weight, self.points, self.rounds)

    def error(self, coefficients):
        """The largest relative error, of exact arithmetic."""
        step = (self.high - self.low) / CHECK_POINTS
        points = [self.low + step * i for i in range(CHECK_POINTS + 1)]
        return max(abs(horner(coefficients, x) / self.target(x) - 1) for x in points)

    def error_in_f32(self, coefficients):
        """The largest relative error of fma by fma in f32, at points of f32."""
        largest = mp.mpf(0)
        for i in range(CHECK_POINTS + 1):
            x = to_f32(float(self.low + (self.high - self.low) * i / CHECK_POINTS))
            total = float(coefficients[-1])
            for coefficient in reversed(coefficients[:-1]):
                total = to_f32(total * x + float(coefficient))
            largest = max(largest, abs(total / self.target(mp.mpf(x)) - 1))
        return largest

    def derive(self):
        """The coefficients before and after rounding, lowest power first, and the error before."""
        powers = list(range(self.degree + 1))
        plain, level = self.fit(self.target, powers, self.weight)
        candidates = [[self.round(c) for c in plain]]
        if self.rounding == "one by one":
            candidates = [self.round_one_by_one()]
        elif self.rounding == "first":
            candidates.append(self.round_first(self.round(plain[0])))
        return plain, min(candidates, key=self.error), level

    def round_first(self, first):
        # divided by x, so that the remaining powers begin at 0; the weight must not vanish there
        margin = (self.high - self.low) * mp.mpf(10)**-6
        rest, _ = self.fit(lambda x: (self.target(x) - first) / x, list(range(self.degree)),
                           lambda x: self.weight(x) * (abs(x) + margin))
        return [first] + [self.round(c) for c in rest]

    def round_one_by_one(self):
        done = []
        for power in range(self.degree + 1):
            held = list(done)
            fitted, _ = self.fit(lambda x, held=held: self.target(x) - horner(held, x),
                                 list(range(power, self.degree + 1)), self.weight)
            done.append(self.round(fitted[0]))
        return done

    def shipped(self):
        text = (ROOT / self.file).read_text(encoding="utf-8")
        body = re.search(rf"^static \w+ {self.function}\(.*?^}}", text, re.DOTALL | re.MULTILINE).group()
        literals = re.findall(r"-?0x[\da-f]+\.[\da-f]+p[+-]?\d+", body)[self.skip:]
        return [mp.mpf(float.fromhex(literal)) for literal in literals[self.degree::-1]]


def log_quotient(t):
    """-2 ln(1 + t) / t"""
    return -2 * (mp.log1p(t) / t if t != 0 else mp.mpf(1))


def sine_quotient(x2):
    """sin(pi/2 x) / x in x^2"""
    x = mp.sqrt(x2)
    return mp.sin(mp.pi / 2 * x) / x if x2 > 0 else mp.pi / 2


def cosine_quotient(x2):
    """cos(pi/2 x) / (1 - x^2) in x^2"""
    return mp.cos(mp.pi / 2 * mp.sqrt(x2)) / (1 - x2) if x2 < 1 else mp.pi / 4


def rsqrt_from_guess(g):
    """1 / sqrt(1 + g)"""
    return 1 / mp.sqrt(1 + g)


def normal_of_log(log):
    """z, with x = P(|Z| < z), where log = -2 ln(1 - x^2); and x."""
    x = mp.sqrt(-mp.expm1(-log / 2))
    beyond = mp.exp(-log / 2) / (1 + x)  # 1 - x
    if beyond > mp.mpf("0.01"):
        z = mp.sqrt(2) * mp.erfinv(x)
    else:
        z = mp.sqrt(-2 * mp.log(beyond))
        while True:  # Newton for the logarithm of the tail
            tail = mp.erfc(z / mp.sqrt(2))
            step = mp.log(tail / beyond) * tail * mp.sqrt(mp.pi / 2) * mp.exp(z * z / 2)
            z += step
            if abs(step) < mp.mpf(10)**-25:
                break
    return z, x


def central_quotient(log):
    """z / x in -2 ln(1 - x^2)"""
    if log < mp.mpf(10)**-20:
        return mp.sqrt(mp.pi / 2)
    z, x = normal_of_log(log)
    return z / x


def tail_around(middle):
    """z in sqrt(-2 ln(1 - x^2)) less a constant"""
    return lambda s: normal_of_log((s + middle)**2)[0]


TAIL_MIDDLE, TAIL_MIDDLE_F64 = mp.mpf("5.46"), mp.mpf("6.61")
LOG_LOW, LOG_HIGH = mp.sqrt(mp.mpf(1) / 2) - 1, mp.sqrt(2) - 1

POLYNOMIALS = [
    Polynomial("-2 ln(1 + t) / t", "kernels/elementary.clh", "sowk_minus_2_log_of", 0, "f32", 7,
               log_quotient, LOG_LOW, LOG_HIGH, "first", -22.4),
    Polynomial("1 / sqrt(1 + g)", "kernels/elementary.clh", "sowk_scaled_sqrt", 0, "f32", 4,
               rsqrt_from_guess, mp.mpf("0.93274") - 1, mp.mpf("1.0696") - 1, "first", -25.3),
    Polynomial("sin(pi/2 x) / x in x^2", "kernels/circle.clh", "sowk_sine_factor", 0, "f32", 4,
               sine_quotient, mp.mpf(0), mp.mpf(1), "one by one", -25.1),
    Polynomial("cos(pi/2 x) / (1 - x^2) in x^2", "kernels/circle.clh", "sowk_cosine_factor", 0, "f32", 4,
               cosine_quotient, mp.mpf(0), mp.mpf(1), "one by one", -29.4),
    Polynomial("z / x in L", "kernels/trunc_central.clh", "sowk_central_factor", 0, "f32", 7,
               central_quotient, mp.mpf(10)**-10, mp.mpf("7.403"), "plain", -22.8,
               points=300, rounds=8, in_f32=True),
    Polynomial("z in sqrt(L) - 5.46", "kernels/trunc_wide.clh", "sowk_outer_tail", 0, "f32", 9,
               tail_around(TAIL_MIDDLE), mp.mpf("2.72") - TAIL_MIDDLE,
               mp.mpf("8.2") - TAIL_MIDDLE, "plain", -22.5, points=300, rounds=8,
               in_f32=True),
    Polynomial("-2 ln(1 + t) / t", "kernels/elementary_f64.clh", "sowk_minus_2_log_of_f64", 1, "f64", 19,
               log_quotient, LOG_LOW, LOG_HIGH, "plain", -53.1, points=500, rounds=14),
    Polynomial("1 / sqrt(1 + g)", "kernels/elementary_f64.clh", "sowk_scaled_sqrt_f64", 0, "f64", 5,
               rsqrt_from_guess, mp.mpf("0.9327") - 1, mp.mpf("1.0696") - 1, "plain", -30.4,
               points=500, rounds=14),
    Polynomial("sin(pi/2 x) / x in x^2", "kernels/circle_f64.clh", "sowk_sine_factor_f64", 0, "f64", 8,
               sine_quotient, mp.mpf(0), mp.mpf(1), "plain", -54.5, points=500, rounds=14),
    Polynomial("cos(pi/2 x) / (1 - x^2) in x^2", "kernels/circle_f64.clh", "sowk_cosine_factor_f64", 0,
               "f64", 7, cosine_quotient, mp.mpf(0), mp.mpf(1), "plain", -54.5, points=500, rounds=14),
    Polynomial("z / x in L", "kernels/trunc_central_f64.clh", "sowk_central_factor_f64", 0, "f64", 18,
               central_quotient, mp.mpf(10)**-25, mp.mpf("7.403"), "plain", -53.3,
               points=600, rounds=10),
    Polynomial("z in sqrt(L) - 6.61", "kernels/trunc_wide_f64.clh", "sowk_outer_tail_f64", 0, "f64", 34,
               tail_around(TAIL_MIDDLE_F64), mp.mpf("2.72") - TAIL_MIDDLE_F64,
               mp.mpf("10.5") - TAIL_MIDDLE_F64, "plain", -52.6, points=600, rounds=10),
]


def log2_text(error):
    return f"2^{float(mp.log(error, 2)):.2f}"


def compare(polynomial, verbose):
    exact, derived, level = polynomial.derive()
    shipped = polynomial.shipped()
    error = polynomial.error(shipped)
    claimed = polynomial.error_in_f32(shipped) if polynomial.in_f32 else error
    same = sum(a == b for a, b in zip(derived, shipped))
    bit_equal = derived == shipped
    good = bit_equal or mp.log(claimed, 2) <= polynomial.stated + STATED_DIGIT
    verdict = "bit-equal" if bit_equal else (
        f"{same} of {len(shipped)} coefficients bit-equal, "
        f"{'as good' if good else 'WORSE THAN STATED'}")
    print(f"{polynomial.file} {polynomial.function}: {polynomial.name}, degree {polynomial.degree}\n"
          f"  on [{mp.nstr(polynomial.low, 7)}, {mp.nstr(polynomial.high, 7)}], "
          f"rounded to {polynomial.format}: {polynomial.rounding}\n"
          f"  minimax {log2_text(level)}, derived {log2_text(polynomial.error(derived))}, shipped "
          f"{log2_text(error)}"
          + (f", in f32 {log2_text(claimed)}" if polynomial.in_f32 else "")
          + f" (stated 2^{polynomial.stated}): {verdict}")
    if verbose:
        for power, (fitted, ours, theirs) in enumerate(zip(exact, derived, shipped)):
            print(f"    {power:2} {mp.nstr(fitted, 20):>27} {float(ours).hex():>24} "
                  f"{float(theirs).hex():>24}{'' if ours == theirs else '  differs'}")
    return good and mp.log(claimed, 2) <= polynomial.stated + STATED_DIGIT


# ---- Constants ----

def gauss_legendre_5():
    """Positive points, and the weights of all that are not negative."""
    root = 2 * mp.sqrt(mp.mpf(10) / 7)
    points = [mp.sqrt(5 - root) / 3, mp.sqrt(5 + root) / 3]
    part = 13 * mp.sqrt(70)
    return points, [mp.mpf(128) / 225, (322 + part) / 900, (322 - part) / 900]


def constants():
    """(file, literal, exact value, significant bits)"""
    (inner, outer), (middle, near, far) = gauss_legendre_5()
    elementary, elementary64 = "kernels/elementary.clh", "kernels/elementary_f64.clh"
    special, trunc, fit = "src/plan/special.c", "src/plan/trunc_normal.c", "src/plan/fit.c"
    ln2 = mp.log(2)
    high = mp.mpf(float.fromhex("0x1.62e42feep-1"))
    return [
        (elementary, "-0x1.62e430p-23f", -2 * ln2 * mp.mpf(2)**-23, 24),
        (elementary64, "-0x1.62e42fefa39efp+0", -2 * ln2, 53),
        (special, "0x1.62e42feep-1", mp.floor(ln2 * mp.mpf(2)**32) / mp.mpf(2)**32, 32),
        (special, "0x1.a39ef35793c76p-33", ln2 - high, 53),
        (special, "0x1.71547652b82fep+0", 1 / ln2, 53),
        (special, "0x1.9884533d43651p-2", 1 / mp.sqrt(2 * mp.pi), 53),
        (fit, "0x1.3bd3cc9be45dep+3", mp.pi**2, 53),
        (trunc, "0x1.cff6ce0533a69p-1", outer, 53),
        (trunc, "0x1.13b23fd99b705p-1", inner, 53),
        (trunc, "0x1.e539ec36e038cp-3", far, 53),
        (trunc, "0x1.ea1da25ae415bp-2", near, 53),
        (trunc, "0x1.23456789abcdfp-1", middle, 53),
    ]


def check_constants():
    good = True
    for file, literal, exact, bits in constants():
        found = literal in (ROOT / file).read_text(encoding="utf-8")
        right = mp.mpf(float.fromhex(literal.rstrip("f") if bits == 24 else literal)) == rounded(exact, bits)
        verdict = "exact, rounded" if found and right else "NOT THERE" if not found else (
            f"OFF: {float(rounded(exact, bits)).hex()}")
        good = good and found and right
        print(f"{file} {literal} = {mp.nstr(exact, 20)}: {verdict}")
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--check", action="store_true", help="verdicts only")
    arguments = parser.parse_args()
    verdicts = [compare(polynomial, not arguments.check) for polynomial in POLYNOMIALS]
    verdicts.append(check_constants())
    return 0 if all(verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
