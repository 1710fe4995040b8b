"""sowcl probe: the table, the JSON, its options and what it refuses."""

import json
import os
import re
import signal
import subprocess
import tempfile

import report
from program import refused, run, same, start

SMALL = ["probe", "--cases", "1000"]
KEYS = ["operation", "type", "expression", "in_contract", "outcome", "widths", "cases", "failures",
        "flushed_to_zero", "nans", "max_ulp", "first", "kernel", "log"]


def devices():
    return json.loads(run("devices", "--json").stdout)["devices"][:-1]


def device():
    """A device's selector, PoCL's for choice."""
    listed = devices()
    if not listed:
        raise report.Skip("no OpenCL device")
    best = [d for d in listed if d["rank"] in ("gpu", "cpu")] or listed
    return best[0]["selector"]


def probe(*options, **arguments):
    return json.loads(run(*SMALL, "--json", *options, **arguments).stdout)


def check_row(row):
    same(KEYS, list(row), "keys")
    assert isinstance(row["failures"], str) and isinstance(row["cases"], str), row
    differs = row["outcome"] == "differs"
    same(differs, row["failures"] != "0", row["operation"])
    same(differs, row["first"] is not None, row["operation"])
    if differs:
        first = row["first"]
        assert first["expected"] != first["actual"], row
        for bits in [*first["operands"], first["expected"], first["actual"]]:
            assert re.fullmatch(r"0x([0-9a-f]{2})+", bits), bits


def test_host_holds():
    told = probe()
    same(["holds", "probes"], list(told))
    same(True, told["holds"])
    [host] = told["probes"]
    same(("host", None, None, "1024", "0", True),
         (host["device"], host["driver"], host["build_options"], host["cases"], host["seed"], host["holds"]))
    for row in host["rows"]:
        check_row(row)
        same("exact", row["outcome"], row["operation"])
        same(None, row["kernel"])
    names = [(row["type"], row["operation"]) for row in host["rows"]]
    same(len(names), len(set(names)), "operations twice")
    assert ("f32", "fma") in names and ("f64", "plans: square root") in names, names


def test_table_tells_the_verdict():
    text = run(*SMALL, "--seed", "0x10").stdout
    assert "1024 of each operation, seed 16" in text, text
    assert re.search(r"^f32 +fma +1\b.* exact$", text, re.MULTILINE), text
    same("the bit contract holds on the host", text.splitlines()[-1])


def test_device_holds_and_shows_kernels():
    selector = device()
    told = probe("--device", selector)
    same(True, told["holds"])
    [one] = told["probes"]
    same("-cl-std=CL1.2 -w", one["build_options"])
    assert one["driver"] and one["platform"] and one["platform_version"], one
    for row in one["rows"]:
        check_row(row)
        assert not row["in_contract"] or row["outcome"] in ("exact", "untested"), row
        assert "__kernel void probe(" in row["kernel"] and "FP_CONTRACT OFF" in row["kernel"], row
    # a device's log is exact hardly anywhere: what differs is shown with its bits
    differing = [row for row in one["rows"] if row["outcome"] == "differs"]
    text = run(*SMALL, "--device", selector, "--details").stdout
    same(len(differing), text.count("\n---- "), "reports")
    for row in differing:
        assert f"---- {row['type']} {row['operation']}: {row['expression']} ----" in text, row
        assert row["first"]["actual"] in text, row
    same(0, run(*SMALL, "--device", selector).stdout.count("\n---- "))


def test_broken_contract_is_told():
    pocl = [d["selector"] for d in devices() if "Portable Computing" in d["platform"]]
    if not pocl:
        raise report.Skip("no PoCL, whose environment can break it")
    with tempfile.TemporaryDirectory() as folder:  # not the cache of others
        env = {"POCL_EXTRA_BUILD_FLAGS": "-cl-fast-relaxed-math", "POCL_CACHE_DIR": folder}
        text = run(*SMALL, "--device", pocl[0], code=1, env=env).stdout
        told = json.loads(run(*SMALL, "--json", "--device", pocl[0], code=1, env=env).stdout)
    assert "\nthe bit contract is BROKEN on this device by: f32 a sum less a term, not simplified" in text, text
    same(False, told["holds"])
    broken = [row for row in told["probes"][0]["rows"] if row["in_contract"] and row["outcome"] != "exact"]
    assert all(row["expression"] == "(a + b) - a" for row in broken), broken
    same(len(broken), text.count("\n---- "))
    for row in broken:
        report_text = text[text.index(f"---- {row['type']} {row['operation']}"):]
        for part in (row["kernel"], row["first"]["actual"], told["probes"][0]["driver"], "-cl-std=CL1.2 -w"):
            assert part in report_text, (part, report_text)


def test_all_ends_with_the_host():
    with tempfile.TemporaryDirectory() as folder:
        nothing = {"SOWCL_DEVICE": None, "OCL_ICD_VENDORS": folder + os.sep, "OPENCL_VENDOR_PATH": folder}
        result = run(*SMALL, "--all", "--json", env=nothing)
        same(["host"], [p["device"] for p in json.loads(result.stdout)["probes"]])
        assert result.stderr.startswith("sowcl: "), result.stderr
    if "SOWCL_TEST_IMPLEMENTATION" in os.environ or len(devices()) > 1:
        return  # others are slow
    told = probe("--all")
    same([d["name"] for d in devices()] + ["host"], [p["device"] for p in told["probes"]])


def test_host_when_there_is_no_device():
    with tempfile.TemporaryDirectory() as folder:
        env = {"SOWCL_DEVICE": None, "OCL_ICD_VENDORS": folder + os.sep, "OPENCL_VENDOR_PATH": folder}
        result = run(*SMALL, env=env)
        same("sowcl: no OpenCL device found: using host\n", result.stderr)
        assert result.stdout.endswith("holds on the host\n"), result.stdout
        refused(*SMALL, "--device", "gpu", code=1, says="gpu", env=env)


def test_misuse_is_refused():
    refused("probe", "--cases", "0", says="--cases (0): a whole number from 1 to 4294967296")
    refused("probe", "--cases", "-1", says="--cases (-1): a whole number from 1 to 4294967296")
    refused("probe", "--cases", "4294967297", says="--cases (4294967297): a whole number from 1 to 4294967296")
    refused("probe", "--cases", "many", says="--cases (many)")
    refused("probe", "--seed", "-1", says="--seed (-1)")
    refused("probe", "--case", "1", "host", says="probe takes no argument (host)")
    refused("probe", "--detials", says="did you mean --details?")
    refused("probe", "--all", "--device", "host", says="--all with --device (host)")
    refused("prob", says="did you mean probe?")
    refused("probe", "--device", "no such device", code=1, says="no such device")


def test_help_is_there():
    text = run("probe", "--help").stdout
    for word in ("--all", "--cases N", "--details", "--device SEL", "--seed N", "--json", "Exit code 0"):
        assert word in text, word
    assert "  probe " in run("--help").stdout


def test_interrupt_and_closed_pipe():
    process = start("probe", "--cases", "1000000000", text=True, stdout=-1, stderr=-1)
    try:
        process.wait(0.3)
    except subprocess.TimeoutExpired:  # it runs for long
        pass
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=20)
    same((130, ""), (process.returncode, out))
    reader, writer = os.pipe()
    os.close(reader)
    process = start(*SMALL, stdout=writer, stderr=-1, text=True)
    os.close(writer)
    _, messages = process.communicate(timeout=60)
    same((0, ""), (process.returncode, messages))


report.run(globals())
