"""sowcl fill: the same values by every way out, and slices of them."""

import itertools
import json
import struct
import tempfile
from pathlib import Path

import report
from program import read_npy, read_safetensors, refused, run, same

SIZES = {"f32": 4, "f16": 2, "bf16": 2, "f64": 8, "i64": 8, "i32": 4, "i16": 2, "i8": 1, "u8": 1, "bool": 1}
FORMATS = {"f32": "f", "f16": "e", "f64": "d", "i64": "q", "i32": "i", "i16": "h", "i8": "b", "u8": "B",
           "bool": "B"}
NPY = {"f32": "<f4", "f16": "<f2", "f64": "<f8", "i64": "<i8", "i32": "<i4", "i16": "<i2", "i8": "|i1",
       "u8": "|u1", "bool": "|b1"}
DRAWN = ["f32", "f16", "bf16"]
DRAWS = [("normal(std=0.5)", DRAWN), ("uniform(low=-1,high=1)", DRAWN), ("ones", list(SIZES)),
         ("constant(value=100)", [name for name in SIZES if name != "bool"])]


def raw(*arguments):
    return run("fill", *arguments, "-o", "-", text=False).stdout


def unpack(dtype, data):
    if dtype == "bf16":
        words = struct.unpack(f"<{len(data) // 2}H", data)
        return [struct.unpack("<f", struct.pack("<I", word << 16))[0] for word in words]
    return list(struct.unpack(f"<{len(data) // SIZES[dtype]}{FORMATS[dtype]}", data))


def stored(dtype, value):
    """The value that the dtype holds; text of the narrow ones has the digits of an f32."""
    return value if dtype == "f64" else struct.unpack("<f", struct.pack("<f", value))[0]


def test_every_way_out_has_the_same_values():
    with tempfile.TemporaryDirectory() as folder:
        for draw, dtypes in DRAWS:
            for dtype in dtypes:
                agree(Path(folder), draw, dtype)


def agree(folder, draw, dtype):
    arguments = ["--init", draw, "--shape", "3,5", "--seed", "9", "--name", "w", "--dtype", dtype]
    data = raw(*arguments)
    same(15 * SIZES[dtype], len(data), f"bytes of {dtype}")
    lines = run("fill", *arguments).stdout.splitlines()
    rows = [[stored(dtype, float(word)) for word in line.split()] for line in lines[:-1]]
    same([5, 5, 5], [len(row) for row in rows], "rows")
    same(unpack(dtype, data), sum(rows, []), f"text of {draw} in {dtype}")

    path = folder / "w.safetensors"
    last = run("fill", *arguments, "-o", path).stdout
    same(lines[-1] + "\n", last, "digest line")
    tensors, metadata = read_safetensors(path.read_bytes())
    same({"w": (dtype.upper() if dtype != "bool" else "BOOL", [3, 5], data)}, tensors)
    same("9", metadata["sowcl.seed"])
    same("pt", metadata["format"])
    same(lines[-1], run("digest", path).stdout.splitlines()[0], "digest of the file")

    if dtype != "bf16":
        path = folder / "w.npy"
        run("fill", *arguments, "-o", path)
        same((NPY[dtype], [3, 5], data), read_npy(path.read_bytes()))


def test_slices_are_parts_of_the_whole():
    shape = (4, 3, 5)
    arguments = ["--init", "normal", "--shape", "4,3,5", "--seed", "3", "--stream", "8"]
    whole = unpack("f32", raw(*arguments))
    for text, ranges in {
            "1:3,0:2,2:5": ((1, 3), (0, 2), (2, 5)), ":,1:,:2": ((0, 4), (1, 3), (0, 2)),
            "2:": ((2, 4), (0, 3), (0, 5)), ":99,2:3,:": ((0, 4), (2, 3), (0, 5)),
            "": ((0, 4), (0, 3), (0, 5))}.items():
        expected = [whole[(i * shape[1] + j) * shape[2] + k]
                    for i, j, k in itertools.product(*(range(*ends) for ends in ranges))]
        same(expected, unpack("f32", raw(*arguments, "--slice", text)), f"--slice {text}")


def test_empty_slices():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.npy"
        for shape, part, extent in [("4,3", "0:0,0:0", [0, 0]), ("4,3", "2:2", [0, 3]), ("5", "3:1", [0]),
                                    ("4,3", "7:9,1:2", [0, 1]), ("0,3", ":", [0, 3])]:
            arguments = ["--init", "normal", "--shape", shape, "--slice", part]
            same(b"", raw(*arguments))
            same(1, len(run("fill", *arguments).stdout.splitlines()), "lines")
            run("fill", *arguments, "-o", path)
            same(("<f4", extent, b""), read_npy(path.read_bytes()))


def test_scalars():
    same("2.5\n", run("fill", "--init", "constant(value=2.5)", "--shape", "").stdout.splitlines(True)[0])
    same(4, len(raw("--init", "normal", "--shape", "")))


def test_name_is_the_stream():
    arguments = ["--init", "normal", "--shape", "8"]
    # XXH64("", seed 0) = 0xef46db3751d8e999
    same(raw(*arguments, "--stream", "0xef46db3751d8e999"), raw(*arguments, "--name", ""))
    same(raw(*arguments, "--stream", "5"), raw(*arguments, "--name", "w", "--stream", "5"))
    same(raw(*arguments), raw(*arguments, "--stream", "0"))


def test_layout_decides_the_fans():
    def fans(layout):
        result = json.loads(run("fill", "--init", "kaiming_normal", "--shape", "6,4,2", "--json",
                                "--layout", layout).stdout)
        return result["fan_in"], result["fan_out"]
    same(("8", "12"), fans("oi"))
    same(("24", "12"), fans("io"))


def test_stft():
    arguments = ["--init", "stft(side=imag, window=hamming)", "--shape", "24,2,9"]
    whole = unpack("f32", raw(*arguments))
    part = unpack("f32", raw(*arguments, "--slice", "5:7,1:2,2:9"))
    same([whole[(t * 2 + 1) * 9 + f] for t in (5, 6) for f in range(2, 9)], part)
    same(whole, unpack("f32", raw(*arguments, "--seed", "9", "--name", "w", "--layout", "io")), "without a key")
    same("stft(side=imag, window=hamming)", json.loads(run("fill", *arguments, "--json").stdout)["initializer"])
    refused("fill", "--init", "stft", "--shape", "24,9", says="stft: dimensions (2): 3, (frame_length, channels, bins)")
    refused("fill", "--init", "stft(window=haming)", "--shape", "24,2,9", says="the nearest is hamming")
    refused("fill", "--init", "stft", "--shape", "24,2,9", "--dtype", "i32", says="dtype of stft (i32)")


def test_json():
    arguments = ["--init", "kaiming_normal(nonlinearity=relu)", "--shape", "2,3", "--seed", hex(2**64 - 1)]
    result = json.loads(run("fill", *arguments, "--json").stdout)
    same(unpack("f32", raw(*arguments)), result["values"])
    same(str(2**64 - 1), result["seed"])
    same([2, 3], result["shape"])
    same("6", result["parameters"])
    same("24", result["bytes"])
    same("host", result["device"])
    same(None, result["low"])
    same(run("fill", *arguments).stdout.split()[-2], result["digest"])


report.run(globals())
