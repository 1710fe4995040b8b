"""sowcl compare: two files. Planted faults are found, and what is told of them is right."""

import json
import math
import os
import struct
import subprocess
import tempfile
from pathlib import Path

import report
from program import PATH, environment, read_safetensors, refused, run, same, write_model, write_recipe

SCRATCH = tempfile.TemporaryDirectory()
FOLDER = Path(SCRATCH.name)
SHAPES = {"layer.weight": [37, 11], "layer.bias": [37], "out.weight": [5, 37]}


def write(name, tensors):
    """A safetensors file of {name: (dtype, shape, bytes)}."""
    header, data = {}, b""
    for tensor, (dtype, shape, content) in tensors.items():
        header[tensor] = {"dtype": dtype, "shape": shape,
                          "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header).encode()
    path = FOLDER / name
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)
    return path


def drawn(name, *options):
    path = FOLDER / name
    model = write_model(FOLDER / "model.json", SHAPES)
    recipe = write_recipe(FOLDER / "recipe.json", ("*", "normal"))
    run("init", model, "--recipe", recipe, "-o", path, "-q", *options)
    return path


def tensors_of(path):
    return read_safetensors(path.read_bytes())[0]


def compared(a, b, *options, code=1):
    return json.loads(run("compare", a, b, "--json", *options, code=code).stdout)


def changed(name, tensor, change):
    """A file like a.safetensors in which change(bytearray) has changed a tensor."""
    tensors = tensors_of(drawn("a.safetensors"))
    dtype, shape, content = tensors[tensor]
    content = bytearray(content)
    change(content)
    return write(name, {**tensors, tensor: (dtype, shape, bytes(content))})


def floats(content):
    return list(struct.unpack(f"<{len(content) // 4}f", content))


def test_equal_files():
    a, again = drawn("a.safetensors"), drawn("again.safetensors")
    found = compared(a, again, code=0)
    same(True, found["equal"])
    same(str(37 * 11 + 37 + 5 * 37), found["elements"])
    same("0", found["differing"])
    same(None, found["first"])
    assert "equal" in run("compare", a, again).stdout
    same("", run("compare", a, again, "--quiet").stdout)
    same("0", compared(a, a, code=0)["differing"])


def test_one_flipped_bit():
    def flip(content):
        content[4 * (5 * 11 + 3)] ^= 1

    a, b = drawn("a.safetensors"), changed("flipped.safetensors", "layer.weight", flip)
    found = compared(a, b)
    same(False, found["equal"])
    same("1", found["differing"])
    same("1", found["max_ulp"])
    first = found["first"]
    same(("layer.weight", "58", ["5", "3"]), (first["tensor"], first["index"], first["coordinates"]))
    same(1, int(first["a_bits"], 16) ^ int(first["b_bits"], 16))
    bits = struct.unpack("<I", struct.pack("<f", first["a"]))[0]
    same(int(first["a_bits"], 16), bits)
    pair, = found["pairs"]
    same("1", pair["ulps"][1])
    same([False, True, True], [tensor["equal"] for tensor in
                               sorted(pair["tensors"], key=lambda one: one["tensor"] != "layer.weight")])
    same(pair["max_absolute"], abs(first["a"] - first["b"]))
    table = run("compare", a, b, code=1).stdout
    for figure in ("layer.weight", "[58]", "(5, 3)", first["a_bits"], first["b_bits"], "different"):
        assert figure in table, f"{figure} in {table}"
    same(f"{a} and {b} differ\n", run("compare", a, b, "-q", code=1).stdout)


def test_tolerances():
    def step(content):
        content[0] ^= 1

    a, b = drawn("a.safetensors"), changed("step.safetensors", "out.weight", step)
    assert "within the tolerance" in run("compare", a, b, "--ulp", "1").stdout
    for option in (["--ulp=1"], ["--rtol=1e-6"], ["--atol=1e-5"]):
        found = compared(a, b, *option, code=0)
        same((True, "1"), (found["equal"], found["differing"]))
        same("0", found["pairs"][0]["beyond"])
    compared(a, b, "--rtol=1e-9", "--atol=1e-12", code=1)


def test_elements_shifted_by_one():
    def shift(content):
        content[4:] = content[:-4]

    a, b = drawn("a.safetensors"), changed("shifted.safetensors", "layer.weight", shift)
    found = compared(a, b)
    same("1", found["first"]["index"])
    same(str(37 * 11 - 1), found["differing"])
    values = floats(tensors_of(a)["layer.weight"][2])
    expected = max(abs(x - y) for x, y in zip(values[1:], values))
    same(expected, found["pairs"][0]["max_absolute"])


def test_nans_of_other_payload():
    quiet, other = struct.pack("<I", 0x7FC00000), struct.pack("<I", 0x7FC00001)
    a = write("nan_a.safetensors", {"x": ("F32", [3], quiet * 3)})
    b = write("nan_b.safetensors", {"x": ("F32", [3], quiet + other + struct.pack("<f", 1))})
    pair = compared(a, b)["pairs"][0]
    same(("2", "1", "1", "2"), (pair["differing"], pair["nan_pairs"], pair["nan_alone"], pair["ulps"][-1]))
    same("1", compared(a, b, "--ulp", "5")["pairs"][0]["beyond"])
    assert "on one side 1, on both with other bits 1" in run("compare", a, b, code=1).stdout


def test_signed_zeros_and_subnormals():
    a = write("zero_a.safetensors", {"x": ("F32", [2], struct.pack("<II", 0, 1))})
    b = write("zero_b.safetensors", {"x": ("F32", [2], struct.pack("<II", 0x80000000, 0))})
    pair = compared(a, b)["pairs"][0]
    same(("2", "1", "1"), (pair["differing"], pair["zero_signs"], pair["max_ulp"]))
    same(2.0 ** -149, pair["max_absolute"])
    assert "zeros of other sign: 1" in run("compare", a, b, code=1).stdout


def test_missing_extra_and_other_shapes():
    tensors = tensors_of(drawn("a.safetensors"))
    dtype, _, content = tensors["out.weight"]
    b = write("other.safetensors", {"layer.weight": tensors["layer.weight"],
                                    "out.weight": (dtype, [37, 5], content),
                                    "extra": ("F32", [1], b"\0" * 4)})
    found = compared(drawn("a.safetensors"), b)
    same(False, found["equal"])
    same("0", found["differing"])
    reasons = {tensor["tensor"]: tensor["left_out"] for tensor in found["pairs"][0]["tensors"]}
    same({"extra": "only in B", "layer.bias": "only in A", "layer.weight": None,
          "out.weight": "other shape"}, reasons)
    table = run("compare", drawn("a.safetensors"), b, code=1).stdout
    for line in ("only in B    extra", "only in A    layer.bias", "other shape  out.weight", "5x37/37x5"):
        assert line in table, f"{line} in {table}"
    compared(drawn("a.safetensors"), b, "--ulp", "100000000000", code=1)
    shapes = {tensor["tensor"]: (tensor["shape"], tensor.get("shape_b"))
              for tensor in compared(drawn("a.safetensors"), b)["pairs"][0]["tensors"]}
    same(([5, 37], [37, 5]), shapes["out.weight"])
    same(([1], None), shapes["extra"])


def test_other_dtypes_by_value():
    a, b = drawn("a.safetensors"), drawn("bf16.safetensors", "--dtype", "bf16")
    found = compared(a, b)
    assert int(found["differing"]) > 500, found["differing"]
    same("1", found["max_ulp"])
    same({"f32/bf16"}, {tensor["dtype"] for tensor in found["pairs"][0]["tensors"]})
    same(True, compared(a, b, "--ulp", "1", code=0)["equal"])
    exact = write("exact.safetensors", {"x": ("BF16", [2], struct.pack("<HH", 0x3F80, 0xC000))})
    wide = write("wide.safetensors", {"x": ("F64", [2], struct.pack("<dd", 1, -2))})
    same(True, compared(exact, wide, code=0)["equal"])


def test_unsigned_integers_and_other_dtypes():
    """No bit is lost: doubles would hold 53 of them."""
    big = [1, 2 ** 53 + 1, 2 ** 64 - 1]
    a = write("u64.safetensors", {"x": ("U64", [3], struct.pack("<QQQ", *big))})
    f32 = write("u64_f32.safetensors", {"x": ("F32", [3], struct.pack("<fff", *big))})
    f64 = write("u64_f64.safetensors", {"x": ("F64", [3], struct.pack("<ddd", *big))})
    i64 = write("u64_i64.safetensors", {"x": ("I64", [3], struct.pack("<qqq", 1, 2 ** 53 + 2, -1))})
    for other, dtypes in ((f32, "U64/f32"), (f64, "U64/f64"), (i64, "U64/i64")):
        found = compared(a, other)
        tensor, = found["pairs"][0]["tensors"]
        same((dtypes, "3", "2", True), (tensor["dtype"], tensor["elements"], tensor["differing"], tensor["by_value"]))
        same((str(2 ** 53 + 1), 1), (tensor["first"]["a"], found["by_value"]))
        same(found["differing"], compared(other, a)["differing"])
    same(str(2 ** 64 - 1), compared(a, i64)["max_ulp"])
    u16 = write("u16_1.safetensors", {"x": ("U16", [3], struct.pack("<HHH", 1, 2, 65535))})
    u32 = write("u32_1.safetensors", {"x": ("U32", [3], struct.pack("<III", 1, 2, 65535))})
    f32 = write("f32_1.safetensors", {"x": ("F32", [3], struct.pack("<fff", 1, 2, 65535))})
    same(True, compared(u16, f32, code=0)["equal"])
    same(True, compared(f32, u32, code=0)["equal"])


def test_by_value_is_told():
    values = struct.pack("<ffff", 1, 2, 0.5, math.nan)
    halves = struct.pack("<eeee", 1, 2, 0.5, math.nan)
    more = {"y": ("I32", [1], bytes(4))}
    wide, narrow = write("v32.safetensors", {"x": ("F32", [4], values)}), write(
        "v16.safetensors", {"x": ("F16", [4], halves)})
    told = run("compare", wide, narrow).stdout
    assert "rules    by value (f32/f16)\n" in told and "equal by value\n" in told, told
    assert "bit for bit" not in told, told
    told = run("compare", wide, narrow, "--ulp", "1").stdout
    assert "rules    by value (f32/f16); at most 1 ulp apart\n" in told, told
    wide, narrow = write("v32y.safetensors", {"x": ("F32", [4], values), **more}), write(
        "v16y.safetensors", {"x": ("F16", [4], halves), **more})
    told = run("compare", wide, narrow).stdout
    assert "rules    bit for bit; 1 tensor of different dtypes by value (f32/f16)\n" in told, told
    found = compared(wide, narrow, code=0)
    same((1, 1, [True, False]), (found["by_value"], found["pairs"][0]["by_value"],
                                 [tensor["by_value"] for tensor in found["pairs"][0]["tensors"]]))
    truth = write("bool.safetensors", {"x": ("BOOL", [2], b"\0\1")})
    bytes_ = write("u8.safetensors", {"x": ("U8", [2], b"\0\1")})
    assert "by value (bool/u8)" in run("compare", truth, bytes_).stdout
    same(0, compared(truth, truth, code=0)["by_value"])
    assert "bit for bit\n" in run("compare", truth, truth).stdout


def test_dtypes_that_sowcl_has_not():
    a = write("u16_a.safetensors", {"x": ("U16", [3], struct.pack("<HHH", 1, 2, 3))})
    b = write("u16_b.safetensors", {"x": ("U16", [3], struct.pack("<HHH", 1, 2, 4))})
    found = compared(a, b)
    same(("1", "2", "0x0003"), (found["differing"], found["first"]["index"], found["first"]["a_bits"]))
    same("U16", found["pairs"][0]["tensors"][0]["dtype"])
    c = write("c64_c.safetensors", {"x": ("C64", [3], bytes(24))})
    same("other dtype", compared(a, c)["pairs"][0]["tensors"][0]["left_out"])


def test_unsigned_integers():
    a = write("un_a.safetensors", {"x": ("U16", [2], struct.pack("<HH", 1, 0x8000)), "y": ("U64", [], b"\xff" * 8)})
    b = write("un_b.safetensors", {"x": ("U32", [2], struct.pack("<II", 1, 0x7fff)), "y": ("U64", [], b"\0" * 8)})
    pair, = compared(a, b)["pairs"]
    x, y = pair["tensors"]
    same(("U16/U32", "1", "1", 32768, 32767),
         (x["dtype"], x["differing"], x["max_ulp"], x["first"]["a"], x["first"]["b"]))
    same((str(2 ** 64 - 1), "0", str(2 ** 64 - 1)), (y["first"]["a"], y["first"]["b"], y["max_ulp"]))
    assert " 32768\n" in run("compare", a, b, code=1).stdout


def test_dtypes_of_no_integer_s_size():
    """Halves of a byte: byte by byte."""
    content = bytes(range(32))
    a = write("odd_a.safetensors", {"x": ("F4", [8, 8], content), "y": ("F4", [64], content)})
    same(True, compared(a, a, code=0)["equal"])
    b = write("odd_b.safetensors", {"x": ("F4", [8, 8], content), "y": ("F4", [64], content[:-1] + b"\0")})
    found = compared(a, b)
    same(("1", "y", "31", ["31"], "0x1f"), (found["differing"], *[found["first"][key] for key in (
        "tensor", "index", "coordinates", "a_bits")]))
    same("F4 (bytes)", found["pairs"][0]["tensors"][1]["dtype"])


def test_integers_are_told_exactly():
    a = write("i64_a.safetensors", {"x": ("I64", [], struct.pack("<q", 2 ** 62 + 1))})
    b = write("i64_b.safetensors", {"x": ("I64", [], struct.pack("<q", 2 ** 62 + 2))})
    found = compared(a, b)
    same((str(2 ** 62 + 1), "0x4000000000000001"), (found["first"]["a"], found["first"]["a_bits"]))
    same([], found["first"]["coordinates"])
    same("1", found["max_ulp"])
    assert str(2 ** 62 + 2) in run("compare", a, b, code=1).stdout


def test_long_and_empty_names():
    """Tables cut and quote; --json has all."""
    name = "\N{SNOWMAN}" * 10000
    a = write("long_a.safetensors", {name: ("F32", [1], bytes(4)), "": ("F32", [1], bytes(4)), "x" * 9999: (
        "F32", [1], bytes(4))})
    b = write("long_b.safetensors", {name: ("F32", [1], b"\1" * 4), "": ("F32", [1], b"\1" * 4)})
    told = run("compare", a, b, code=1).stdout
    assert max(map(len, told.splitlines())) < 260, told
    assert '\n""  ' in told and "\N{SNOWMAN}" * 120 + "\N{HORIZONTAL ELLIPSIS}" in told, told
    assert "only in A    " + "x" * 120 + "\N{HORIZONTAL ELLIPSIS}" in told, told
    same(name, compared(a, b)["pairs"][0]["tensors"][2]["tensor"])
    page = FOLDER / "long.html"
    run("compare", a, b, "--report", page, code=1)
    assert "x" * 121 not in page.read_text() and "<code>&quot;&quot;</code>" in page.read_text()


def test_differences_too_large_for_a_double():
    a = write("huge_a.safetensors", {"x": ("F64", [1], struct.pack("<d", 1.7e308))})
    b = write("huge_b.safetensors", {"x": ("F64", [1], struct.pack("<d", -1.7e308))})
    pair, = compared(a, b)["pairs"]
    same((None, 2), (pair["max_absolute"], pair["max_relative"]))
    assert " inf " in run("compare", a, b, code=1).stdout


def test_shards():
    a = drawn("a.safetensors")
    drawn("s.safetensors", "--max-shard-size", "1KB")
    same(True, compared(a, FOLDER / "s.safetensors.index.json", code=0)["equal"])


def test_pieces_of_large_files():
    data = bytes(9_000_004)
    end = bytearray(data)
    end[-1] = 1
    a = write("large_a.safetensors", {"x": ("F32", [2250001], data)})
    b = write("large_b.safetensors", {"x": ("F32", [2250001], bytes(end))})
    found = compared(a, b)
    same(("2250001", "1", "2250000"),
         (found["elements"], found["differing"], found["first"]["index"]))


def test_the_table_has_the_figures_of_the_json():
    a, b = drawn("a.safetensors"), drawn("seed.safetensors", "--seed", "1")
    found = compared(a, b)
    pair, = found["pairs"]
    table = run("compare", a, b, code=1).stdout
    for figures in [pair, *pair["tensors"]]:
        line = [figures[name] for name in ("elements", "differing", "beyond", "max_ulp")]
        line += [f"{figures[name]:.3g}" for name in
                 ("max_absolute", "mean_absolute", "max_relative", "mean_relative")]
        assert any(row.split()[-8:] == line for row in table.splitlines()), f"{line} in {table}"
    bins = [count for count in pair["ulps"] if count != "0"]
    histogram = [row.split()[1] for row in table.split("logarithm)\n")[1].splitlines() if len(row.split()) > 1]
    same(bins, histogram)


def test_misuse():
    a = drawn("a.safetensors")
    refused("compare", a, FOLDER / "none.safetensors", says="none.safetensors")
    refused("compare", FOLDER / "none.safetensors", a, says="none.safetensors")
    refused("compare", a, FOLDER, says="regular file")
    refused("compare", a, a, a, says=f"({a})")
    refused("compare", a, a, "--init", "ones", "--shape", "3", "--init", "zeros", says="sowcl: --init, --shape with two files")
    refused("compare", a, a, "--seed", "1", says="with files go --ulp, --atol, --rtol, --report, --quiet and --json")
    refused("compare", a, says=f"one file of tensors ({a}): a second one")
    for option in (["--on", "host"], ["--with", "host"], ["--init", "ones"], ["--shape", "3"], ["--seed", "1"],
                   ["--dtype", "f32"], ["--recipe", "gpt2"], ["--threads", "1"]):
        refused("compare", a, a, *option, says=option[0])
    for option, value in (("--ulp", "-1"), ("--ulp", "1.5"), ("--atol", "-1"), ("--rtol", "x"), ("--rtol", "nan"),
                          ("--atol", "inf")):
        refused("compare", a, a, option, value, says=f"{option} ({value})")
    (FOLDER / "cut.safetensors").write_bytes(a.read_bytes()[:-1])
    refused("compare", a, FOLDER / "cut.safetensors", says="cut.safetensors")
    broken = FOLDER / "broken.safetensors"
    broken.write_bytes(b"not a file of tensors")
    refused("compare", a, broken, says="broken.safetensors")


def test_a_full_disk_and_a_closed_pipe():
    a, b = drawn("a.safetensors"), drawn("seed.safetensors", "--seed", "1")
    if os.path.exists("/dev/full"):
        with open("/dev/full", "w") as full:
            result = subprocess.run([PATH, "compare", a, b], env=environment(), stdout=full,
                                    stderr=subprocess.PIPE, text=True)
        same(2, result.returncode, result.stderr)
        assert "No space left" in result.stderr, result.stderr
    reading, writing = os.pipe()
    os.close(reading)
    result = subprocess.run([PATH, "compare", a, b], env=environment(), stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    same((0, b""), (result.returncode, result.stderr))


report.run(globals())
