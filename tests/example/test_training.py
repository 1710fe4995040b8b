"""examples/training: good initial weights learn, naive ones do not, and the figures say so."""

import csv
import functools
import math
import os
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import report

PROGRAM = os.environ["SOWCL_TRAINING"]
EXAMPLE = report.SOURCE_DIR / "examples" / "training"
DEVICE = ["--device", "gpu"] if os.environ["SOWCL_TEST_IMPLEMENTATION"] == "gpu" else ["--device", "pocl"]
SMALL, LARGE, XAVIER = "normal(std=0.01)", "normal(std=1)", "xavier_normal"
KAIMING, ORTHOGONAL = "kaiming_normal", "orthogonal"
DEPTH, WIDTH = 50, 256
FILES = ["digits.csv", "digits.svg", "signal.csv", "signal.svg"]


def training(*arguments, code=0, device=True, **changes):
    command = [PROGRAM, *(DEVICE if device else []), *map(str, arguments)]
    env = {**os.environ, "LC_ALL": "C", **changes}
    result = subprocess.run(command, capture_output=True, text=True, env=env, timeout=500)
    if result.returncode == 77 and code != 77:
        raise report.Skip(f"no device ({result.stderr.strip()})")
    assert result.returncode == code, f"{command}: exit code {result.returncode}: {result.stderr}"
    return result


def numbers(path):
    """{(chart, series): values} of a CSV file."""
    curves = {}
    with open(path, newline="", encoding="ascii") as file:
        for row in csv.DictReader(file):
            curve = curves.setdefault((row["chart"], row["series"]), [])
            curve.append(float(row["y"]))
            assert int(row["x"]) == len(curve), row
    return curves


@functools.lru_cache(maxsize=None)
def whole_run():
    """What the whole program prints, its numbers, and its figures' texts."""
    with tempfile.TemporaryDirectory() as folder:
        output = training("-o", folder).stdout
        assert sorted(os.listdir(folder)) == FILES, os.listdir(folder)
        curves = {**numbers(Path(folder, "signal.csv")), **numbers(Path(folder, "digits.csv"))}
        svgs = {name: Path(folder, name).read_text() for name in FILES if name.endswith(".svg")}
    return output, curves, svgs


def between(low, values, high, what):
    values = values if isinstance(values, list) else [values]
    assert all(low <= value <= high for value in values), f"{what}: not in [{low}, {high}]: {values}"


def curve(chart, series):
    return whole_run()[1][chart, series]


# The signal. A unit's sum has WIDTH terms, of inputs with mean square 1.


def test_one_layer_is_as_theory_says():
    """Behind a ReLU half of the mean square is left. 65536 draws: the tolerance is 2 %."""
    for series, std in {SMALL: 0.01, LARGE: 1, XAVIER: WIDTH**-0.5, KAIMING: (2 / WIDTH)**0.5,
                        ORTHOGONAL: (2 / WIDTH)**0.5}.items():
        expected = std * math.sqrt(WIDTH / 2)
        between(0.98, curve("relu: activations", series)[0] / expected, 1.02, f"{series}, first layer")


def test_a_unit_gradient_is_sent_down():
    for chart in ("tanh: gradients", "relu: gradients"):
        for series in (SMALL, XAVIER, KAIMING, ORTHOGONAL):
            between(0.99, curve(chart, series)[-1], 1.01, f"{chart}, {series}")


def test_kaiming_keeps_the_signal():
    for chart in ("relu: activations", "relu: gradients"):
        between(0.2, curve(chart, KAIMING), 5, chart)
    between(0.5, curve("tanh: activations", KAIMING), 1, "tanh: activations")
    # 1.1 a layer; were tanh's slope not counted, 5/3 a layer would make 1e11
    between(20, curve("tanh: gradients", KAIMING)[0], 500, "tanh: gradients")


def test_orthogonal_keeps_the_signal():
    for chart in ("relu: activations", "relu: gradients"):
        between(0.5, curve(chart, ORTHOGONAL), 2, chart)
    between(0.5, curve("tanh: activations", ORTHOGONAL), 1, "tanh: activations")


def test_xavier_suits_tanh_but_not_relu():
    between(0.05, curve("tanh: activations", XAVIER), 1, "tanh: activations")
    between(0.05, curve("tanh: gradients", XAVIER), 5, "tanh: gradients")
    halved = 2 ** (-DEPTH / 2)
    between(halved / 5, curve("relu: activations", XAVIER)[-1], halved * 5, "relu: activations")


def test_naive_weights_lose_the_signal():
    for chart in ("tanh: activations", "relu: activations"):
        values = curve(chart, SMALL)
        assert len(values) == DEPTH, values
        between(0, values[-1], 1e-30, f"{chart}, {SMALL}")
        assert all(after <= before for before, after in zip(values, values[1:])), values
    for chart in ("tanh: gradients", "relu: gradients"):
        between(0, curve(chart, SMALL)[0], 1e-30, f"{chart}, {SMALL}")
        between(1e10, curve(chart, LARGE)[0], math.inf, f"{chart}, {LARGE}")
    assert curve("relu: activations", LARGE)[-1] == math.inf, LARGE


# The digits.


def test_good_weights_learn():
    between(0.95, curve("accuracy on held-out digits", KAIMING)[-1], 1, KAIMING)
    between(0.93, curve("accuracy on held-out digits", ORTHOGONAL)[-1], 1, ORTHOGONAL)
    for series in (KAIMING, ORTHOGONAL):
        between(0, curve("training loss", series)[-1], 0.05, series)


def test_naive_weights_do_not_learn():
    between(0, curve("accuracy on held-out digits", SMALL), 0.3, SMALL)
    between(math.log(10) - 0.02, curve("training loss", SMALL), math.log(10) + 0.02, SMALL)


def test_the_digits_are_the_data_sets():
    """Counts of UCI's description of the test set, and the split that the program tells."""
    labels = [line[0] for line in report.read(EXAMPLE.relative_to(report.SOURCE_DIR)
                                              / "digits" / "digits.txt").splitlines()]
    counts = [labels.count(str(digit)) for digit in range(10)]
    assert counts == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180], counts
    assert "Training on 1438 digits, testing on 359 others." in whole_run()[0]


# What is drawn.


def test_svgs_are_well_formed():
    space = "{http://www.w3.org/2000/svg}"
    for name, charts, series in (("signal.svg", 4, 5), ("digits.svg", 2, 4)):
        text = whole_run()[2][name]
        root = ElementTree.fromstring(text)
        curves = [path for path in root.iter(space + "path") if path.get("class", "").startswith("s ")]
        assert len(curves) == (charts + 1) * series, f"{name}: {len(curves)} curves and legends"
        assert all(path.get("d") for path in curves), f"{name}: an empty curve"
        assert "prefers-color-scheme:dark" in text and len(text) < 32768, name


def test_text_fits_a_terminal():
    output = whole_run()[0]
    assert output.isascii() and "\033" not in output, "escapes or letters that a pipe did not ask for"
    between(0, [len(line) for line in output.splitlines()], 80, "line lengths")
    for mark, name in zip("sLxko", (SMALL, LARGE, XAVIER, KAIMING, ORTHOGONAL)):
        assert f" {mark} {name}" in output, name


def test_a_seed_decides_all_numbers():
    with tempfile.TemporaryDirectory() as name:
        for seed in (0, 1):
            training("--only", "signal", "--seed", seed, "-o", name, LC_ALL="C.UTF-8")
            assert sorted(os.listdir(name)) == ["signal.csv", "signal.svg"]
            found = numbers(Path(name, "signal.csv"))
            same = {key: whole_run()[1][key] for key in found} == found
            assert same == (seed == 0), f"seed {seed}"


# The command line.


def test_help():
    for option in ("-h", "--help"):
        assert training(option, device=False).stdout.startswith("Usage: training")


def test_misuse_is_refused():
    for arguments, says in ((["--seed", "-1"], "(-1)"), (["--seed", "1x"], "(1x)"), (["--seed", "2e5"], "(2e5)"),
                            (["--only", "cats"], "signal or digits"), (["more"], "(more)"),
                            (["-s", "-1"], "(-1)"), (["--nonsense"], "training: unknown option (--nonsense): see --help"),
                            (["-x"], "training: unknown option (-x): see --help"), (["-o"], "without its value (-o)"),
                            (["--seed"], "without its value (--seed)"), (["--help=2"], "no value (--help=2)")):
        result = training(*arguments, code=2, device=False)
        assert says in result.stderr and not result.stdout, result


def test_the_one_command_knows_its_examples():
    command = report.SOURCE_DIR / "tools" / "example"
    for arguments, code in ((["--help"], 0), ([], 2), (["cats"], 2)):
        result = subprocess.run([command, *arguments], capture_output=True, text=True, timeout=60)
        assert result.returncode == code and "training" in result.stdout + result.stderr, result


def test_failures_are_told():
    with tempfile.TemporaryDirectory() as name:
        missing = Path(name, "missing")
        for arguments, code, says in ((["--device", "no such device"], 77, "no such device"),
                                      (["-d", "nosuch"], 77, "nosuch"),
                                      (["-o", missing], 1, "No such file"), (["--files", missing], 1, "layers.cl")):
            result = training(*arguments, code=code, device=False)
            assert says in result.stderr, result.stderr


def test_broken_digits_are_told():
    lines = (EXAMPLE / "digits" / "digits.txt").read_text().splitlines(keepends=True)
    for broken in (lines[:6] + ["7 00\n"], lines[:6] + ["x" + lines[6][1:]], lines[:6] + [lines[6].replace("0", "h")],
                   lines[:6] + [lines[6].rstrip()]):
        with tempfile.TemporaryDirectory() as name:
            Path(name, "digits").mkdir()
            Path(name, "digits", "digits.txt").write_text("".join(broken))
            Path(name, "layers.cl").write_text((EXAMPLE / "layers.cl").read_text())
            result = training("--only", "digits", "--files", name, code=1)
            assert "line 7 is no digit" in result.stderr, result.stderr


def test_an_interrupt_leaves_no_file():
    whole_run()
    with tempfile.TemporaryDirectory() as name:
        process = subprocess.Popen([PROGRAM, *DEVICE, "-o", name], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(0.5)
        assert process.poll() is None, process.communicate()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        assert process.returncode == -signal.SIGINT, process.returncode
        assert not os.listdir(name), os.listdir(name)


try:
    whole_run()
except report.Skip as reason:
    print(f"skipped: {reason}")
    sys.exit(77)
report.run(globals())
