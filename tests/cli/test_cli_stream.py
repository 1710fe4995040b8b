"""sowcl stream: raw elements, wherever one starts and stops."""

import struct
import subprocess

import report
from program import run, same, start
from terminal import on_terminal

WORDS = (0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8)


def stream(*arguments, **options):
    return run("stream", *arguments, text=False, **options).stdout


def test_bits_are_the_words_of_philox():
    data = stream("--dist", "bits", "--seed", "0", "--stream", "0", "--count", "4")
    same(struct.pack("<4I", *WORDS), data)


def test_counts():
    same(b"", stream("--dist", "normal", "--count", "0"))
    same(3, len(stream("--dist", "ones", "--dtype", "u8", "--count", "3")))
    size = 3 * (4 << 20) // 4 + 5  # more than two of the pieces that are drawn at a time
    same(4 * size, len(stream("--dist", "uniform", "--count", size)))


def test_first_goes_on_where_the_count_ended():
    for dist, dtype in (("bits", "i32"), ("normal", "f32"), ("uniform(low=-1)", "bf16")):
        arguments = ["--dist", dist, "--dtype", dtype, "--seed", "5"]
        whole = stream(*arguments, "--count", "1000")
        parts = [stream(*arguments, "--first", first, "--count", "100") for first in range(0, 1000, 100)]
        same(whole, b"".join(parts), dist)


def philox4x32_10(counter, key):
    """Salmon et al. 2011, in plain Python."""
    for _ in range(10):
        first, third = 0xD2511F53 * counter[0], 0xCD9E8D57 * counter[2]
        counter = [third >> 32 ^ counter[1] ^ key[0], third & 0xFFFFFFFF,
                   first >> 32 ^ counter[3] ^ key[1], first & 0xFFFFFFFF]
        key = [(key[0] + 0x9E3779B9) & 0xFFFFFFFF, (key[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return counter


def words(seed, number, first, count):
    """The words of elements of a stream, as docs/reproducibility.md states them."""
    def halves(value):
        return [value & 0xFFFFFFFF, value >> 32]
    return [philox4x32_10(halves(i >> 2) + halves(number), halves(seed))[i & 3]
            for i in range(first, first + count)]


def same_words(expected, data, first):
    same(4 * len(expected), len(data), "bytes")
    for i, actual in enumerate(struct.unpack(f"<{len(expected)}I", data)):
        same(f"{expected[i]:08x}", f"{actual:08x}", f"element {first + i}")


def test_far_elements():
    seed, number = 0x123456789abcdef0, 0xfedcba9876543210
    for first in (2**32 - 40, 2**34 - 40, 2**62 - 40, 2**63 - 1 - 80):
        data = stream("--dist", "bits", "--seed", seed, "--stream", number, "--first", first,
                      "--count", "80")
        same_words(words(seed, number, first, 80), data, first)


def test_the_end_of_a_stream():
    tail = stream("--dist", "bits", "--first", 2**63 - 4, "--count", "3")
    same_words(words(0, 0, 2**63 - 4, 3), tail, 2**63 - 4)
    same(tail, stream("--dist", "bits", "--first", 2**63 - 4))
    run("stream", "--dist", "bits", "--first", 2**63 - 4, "--count", "4", code=2)
    run("stream", "--dist", "bits", "--first", 2**63, code=2)


def test_stream_is_the_start_of_fill():
    fill = run("fill", "normal(mean=1)", "--shape", "100", "--name", "w", "-o", "-", text=False)
    same(fill.stdout, stream("--dist", "normal(mean=1)", "--name", "w", "--count", "100"))


def test_endless_until_the_reader_leaves():
    process = start("stream", "--dist", "bits", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    data = process.stdout.read(10_000_000)
    process.stdout.close()
    same(10_000_000, len(data))
    same(b"", process.stderr.read())
    process.stderr.close()
    same(0, process.wait(60))


def test_terminals_are_spared():
    arguments = ["stream", "--dist", "constant(value=0)", "--dtype", "u8", "--count", "1"]
    same((2, b""), on_terminal(*arguments)[:2])
    same((0, b"\0", b""), on_terminal(*arguments, "--force"))


report.run(globals())
