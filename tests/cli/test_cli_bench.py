"""sowcl bench: options, the JSON's form, tables with and without a terminal, interrupts. Never the times."""

import json
import os
import resource
import signal
import subprocess
import tempfile
import time

import report
from program import refused, run, same, start
from terminal import on_terminal

SMALL = ["bench", "--count", "1000", "--rounds", "2"]
FILLS = ["uniform", "normal", "trunc_normal", "trunc_wide", "trunc_edge", "constant"]
DTYPES = ["f32", "f16", "bf16", "f64", "f8_e4m3", "f8_e5m2"]
FIGURES_DTYPES = DTYPES + ["i64", "i32", "i16", "i8", "u8", "bool"]
SIZES = [4, 2, 2, 8, 1, 1, 8, 4, 2, 1, 1, 1]
SPREADS = ["ns_cpu", "ns_wall", "ns_event", "ratio_philox", "ratio_store", "ratio_fill", "ratio_memset"]
BLOCKS = "▏▎▍▌▋▊▉█"


def bench(*options, **arguments):
    return json.loads(run(*SMALL, "--json", *options, **arguments).stdout)


def device():
    """A device's selector, PoCL's for choice: others take seconds to build a program."""
    listed = json.loads(run("devices", "--json").stdout)["devices"][:-1]
    if not listed:
        raise report.Skip("no OpenCL device")
    best = [d for d in listed if d["rank"] in ("gpu", "cpu")] or listed
    return best[0]["selector"]


def check_spread(row, key):
    middle, quartiles, ends = row[key], row[key + "_quartiles"], row[key + "_range"]
    if middle is None:
        same((None, None), (quartiles, ends), key)
        return
    assert 0 < ends[0] <= quartiles[0] <= middle <= quartiles[1] <= ends[1], (key, row)


def check_rows(result, threads):
    for row in result["rows"]:
        same(result["device"], row["device"])
        assert row["threads"] in threads, row
        assert row["gbps"] > 0 and row["ns_wall"] > 0, row
        assert isinstance(row["count"], str) and isinstance(row["bytes"], str), row
        for key in SPREADS:
            check_spread(row, key)
        same(row["baseline"], row["digest"] is None)


def fills_of(result):
    return [(row["what"], row["dtype"]) for row in result["rows"] if not row["baseline"]]


def test_json_of_the_host():
    result = bench("--threads", "2")
    same(("host", "cpu", "1000", 2, 2, True),
         tuple(result[key] for key in ("device", "clock", "count", "rounds", "threads", "f64")))
    expected = [("bits", "i32")] + [(fill, dtype) for fill in FILLS for dtype in DTYPES]
    same([fill for fill in expected for _ in range(2)], fills_of(result))
    same(["philox", "philox", "memset", "memset_all"],
         [row["what"] for row in result["rows"] if row["baseline"]])
    check_rows(result, [1, 2])
    for row in result["rows"]:
        assert row["ratio_memset"] > 0 and row["ratio_store"] is None, row
        same(row["what"] not in ("constant", "memset", "memset_all"), row["ratio_philox"] is not None)


def test_json_of_a_device():
    result = bench("--dtype", "f32,bf16", "--what", "normal,constant", "--device", device())
    same([(fill, dtype) for fill in ("normal", "constant") for dtype in ("f32", "bf16")], fills_of(result))
    same(["philox", "store", "fill_buffer", "memset"],
         [row["what"] for row in result["rows"] if row["baseline"]][:4])
    check_rows(result, [None, 1, os.cpu_count()])
    for row in result["rows"]:
        if not row["baseline"]:
            assert row["ratio_store"] > 0 and row["ratio_fill"] > 0, row


def test_digests_are_those_of_fills():
    for row in bench("--what", "normal,trunc_edge", "--dtype", "f32,f16")["rows"]:
        if row["baseline"]:
            continue
        stream = {"normal": "2", "trunc_edge": "5"}[row["what"]]
        init = {"normal": "normal", "trunc_edge": "trunc_normal(a=6, b=inf)"}[row["what"]]
        filled = json.loads(run("fill", "--init", init, "--shape", row["count"], "--dtype", row["dtype"],
                                "--stream", stream, "--json").stdout)
        same(filled["digest"], row["digest"], f"{row['what']} {row['dtype']}")


def test_lists_choose():
    result = bench("--what", "constant,bits", "--dtype", "f8_e5m2,f64", "--threads", "1")
    same([("bits", "i32"), ("constant", "f64"), ("constant", "f8_e5m2")], fills_of(result))
    same(fills_of(result), fills_of(bench("--what=bits,constant,bits", "--dtype=f64,f8_e5m2", "-j", "1")))


def test_misuse():
    refused("bench", "x", says="(x)")
    refused("bench", "--waht", "bits", says="did you mean --what?")
    refused("bench", "--what", "norml", says="--what (norml): did you mean normal?")
    refused("bench", "--what", "bits,unifrom", says="--what (unifrom): did you mean uniform?")
    refused("bench", "--what", "philox", says="--what (philox): any of bits uniform")
    refused("bench", "--what", "", says="--what (): any of")
    refused("bench", "--what", "bits,", says="--what (): any of")
    refused("bench", "--dtype", "f33", says="--dtype (f33): did you mean f32?")
    refused("bench", "--dtype", "i32", says="--dtype (i32): did you mean f32?")
    refused("bench", "--count", "0", says="--count (0): at least 1")
    refused("bench", "--count", "1e6", says="--count (1e6): a whole number")
    refused("bench", "--count", str(2**34 + 1), says=f"--count ({2**34 + 1}): at most {2**34}")
    refused("bench", "--rounds", "0", says="--rounds (0): at least 1")
    refused("bench", "--rounds", "1000001", says="--rounds (1000001): at most 1000000")
    refused("bench", "--latency", "--rounds", "10001", says="--rounds (10001): at most 10000")
    for option, value in (("--what", "bits"), ("--dtype", "f32"), ("--count", "3"), ("--threads", "2")):
        refused("bench", "--latency", option, value, says=f"--latency and {option}: ")


def test_failures():
    refused(*SMALL, "--device", "no such device", code=1, says="no such device")
    refused(*SMALL, "--latency", "--device", "97:0", code=2, says="--latency and --count")
    refused("bench", "--latency", "--device", "97:0", code=1, says="97:0")


def test_less_where_memory_is_short():
    """The default count of f64 takes 512 MiB; what is asked for is not made less."""
    limit = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_AS, (200 * 2**20,) * 2)}
    one = ["bench", "--what", "constant", "--dtype", "f64", "--rounds", "1", "--threads", "1", "--json"]
    result = run(*one, **limit)
    count = json.loads(result.stdout)["count"]
    assert count in (str(2**24), str(2**23)), count
    same(f"sowcl: no memory for {2**26} elements: {count}\n", result.stderr)
    result = run("bench", "--stats", *one[3:], **limit)
    same(count, json.loads(result.stdout)["count"])
    same(f"sowcl: no memory for {2**26} elements: {count}\n", result.stderr)
    refused(*one, "--count", str(2**26), code=1, says=f"count ({2**26}): out of host memory", **limit)


def lines_of(text, what):
    return [line.split() for line in text.splitlines() if line.startswith(what + " ")]


def test_table_without_a_terminal():
    text = run(*SMALL, "--threads", "1", "--what", "normal", env={"LC_ALL": "C.UTF-8"}).stdout
    assert not set(text) & set(BLOCKS + "#"), text
    rows = lines_of(text, "normal")
    same(DTYPES, [row[1] for row in rows])
    same({10}, {len(row) for row in rows}, "cells, % apart")
    assert "spread" in text and "/memset" in text and "1000 elements" in text, text


def table_on_terminal(columns, locale, *options):
    """What a table, without options one initializer's, is on a terminal of so many columns."""
    code, text, errors = on_terminal(*SMALL, *(options or ("--what", "normal")), columns=columns, env={"LC_ALL": locale})
    same((0, b""), (code, errors), "exit code and messages")
    return text.decode().replace("\r\n", "\n")


def test_tables_fit_the_terminal():
    for columns, spread in ((80, False), (99, False), (100, True), (200, True)):
        text = table_on_terminal(columns, "C.UTF-8")
        same(spread, "spread" in text, f"{columns} columns")
        longest = max(map(len, text.splitlines()))
        bar = max(sum(map(line.count, BLOCKS)) for line in text.splitlines())
        if columns == 200:
            same(64, bar, "the slowest row's bar:\n" + text)
        else:
            same(columns, longest, "the slowest row's bar ends at the margin:\n" + text)
        assert "█" in text and "#" not in text, text


def test_bars_without_utf8():
    text = table_on_terminal(120, "C")
    assert text.isascii() and "##" in text, text
    same(120, max(map(len, text.splitlines())))


def test_no_bars_where_there_is_no_room():
    text = table_on_terminal(60, "C.UTF-8")
    assert not set(text) & set(BLOCKS + "#"), text


def check_latency(result, with_launches):
    same([], result["rows"])
    kinds = [(row["what"], row["count"], row["calls"]) for row in result["latency"]]
    counts = ("1", "1024", "65536")
    same([("single", count, "10") for count in counts] + [("pipelined", count, "250") for count in counts] +
         [("tiny", "7", "2500")], kinds)
    for row in result["latency"]:
        for key in ("ns_wall", "ns_cpu", "empty_ns_wall", "empty_ns_cpu", "ratio_wall", "ratio_cpu"):
            check_spread(row, key)
        same(with_launches, row["ratio_wall"] is not None)
    for start_of in ("cold_start", "warm_start"):
        times = result[start_of]
        same(1, times["runs"])
        assert 0 < times["least"] <= times["seconds"] <= times["most"], times


def test_latency():
    with tempfile.TemporaryDirectory() as folder:
        latency = ["bench", "--latency", "--rounds", "1"]
        result = json.loads(run(*latency, "--json", env={"TMPDIR": folder}).stdout)
        same("host", result["device"])
        check_latency(result, False)
        text = run(*latency, env={"TMPDIR": folder}).stdout
        same(["1", "1024", "65536"], [row[1] for row in lines_of(text, "single")])
        assert "cold start" in text and "warm start" in text, text
        same([], os.listdir(folder), "temporary folders")


def test_latency_of_a_device():
    selector = device()
    with tempfile.TemporaryDirectory() as folder:
        done = run("bench", "--latency", "--rounds", "1", "--json", "--device", selector, env={"TMPDIR": folder})
        check_latency(json.loads(done.stdout), True)
        same("", done.stderr, "what compilers say in cold starts")
        same([], os.listdir(folder), "temporary folders")


def test_no_folder_for_the_caches():
    refused("bench", "--latency", "--rounds", "1", code=1, says="no temporary folder",
            env={"TMPDIR": "/no/such/folder"})


def check_figures(result, threads):
    same(["device", "clock", "count", "rounds", "threads", "f64", "rows"], list(result))
    for row in result["rows"]:
        size = SIZES[FIGURES_DTYPES.index(row["dtype"])]
        same(("1000", str(1000 * size)), (row["count"], row["bytes"]))
        assert row["threads"] in threads, row
        assert row["gbps"] > 0 and row["ns_wall"] > 0 and row["read_ns_wall"] > 0 and row["ratio_read"] > 0, row
        for key in ("ns_cpu", "ns_wall", "read_ns_cpu", "read_ns_wall", "ratio_read"):
            check_spread(row, key)


def test_figures():
    result = bench("--stats", "--threads", "2")
    same(("host", "cpu", "1000", 2, 2),
         tuple(result[key] for key in ("device", "clock", "count", "rounds", "threads")))
    same([(dtype, threads) for dtype in FIGURES_DTYPES for threads in (1, 2)],
         [(row["dtype"], row["threads"]) for row in result["rows"]])
    check_figures(result, [1, 2])


def test_figures_of_chosen_dtypes():
    result = bench("--dtype", "bool,f16,i64", "--stats", "--threads", "1")
    same(["f16", "i64", "bool"], [row["dtype"] for row in result["rows"]])
    check_figures(result, [1])


def test_figures_of_a_device():
    result = bench("--stats", "--dtype", "f32,u8", "--device", device())
    same(["f32", "u8"], [row["dtype"] for row in result["rows"]])
    check_figures(result, [None])


def test_misuse_of_figures():
    refused("bench", "--stats", "--what", "normal", says="--stats and --what: ")
    refused("bench", "--stats", "--latency", says="--latency and --stats: ")
    refused("bench", "--stats", "--dtype", "f33", says="--dtype (f33): did you mean f32?")
    refused("bench", "--stats", "--dtype", "c64", says="--dtype (c64): ")
    refused("bench", "--stats", "--count", str(2**34 + 1), says=f"--count ({2**34 + 1}): at most {2**34}")
    refused("bench", "--stats", "--rounds", "1000001", says="--rounds (1000001): at most 1000000")
    refused(*SMALL, "--stats", "--device", "no such device", code=1, says="no such device")


def test_tables_of_figures():
    text = run(*SMALL, "--stats", "--threads", "1", env={"LC_ALL": "C.UTF-8"}).stdout
    assert not set(text) & set(BLOCKS + "#"), text
    rows = [row for dtype in FIGURES_DTYPES for row in lines_of(text, dtype)]
    same(FIGURES_DTYPES, [row[0] for row in rows])
    same({9}, {len(row) for row in rows}, "cells, % apart")
    assert "spread" in text and "/read" in text and "1000 elements" in text, text
    for columns, spread in ((80, False), (120, True)):
        text = table_on_terminal(columns, "C.UTF-8", "--stats")
        same((spread, columns), ("spread" in text, max(map(len, text.splitlines()))), text)


def stop(*arguments, **env):
    process = start(*arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)
    time.sleep(0.4)
    assert process.poll() is None, process.communicate()
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    same((130, b""), (process.returncode, output), "exit code and output")


def test_interrupts():
    stop("bench", "--count", "1000000", "--rounds", "10000")
    stop("bench", "--stats", "--count", "1000000", "--rounds", "10000")
    with tempfile.TemporaryDirectory() as folder:
        stop("bench", "--latency", "--rounds", "10000", TMPDIR=folder)
        same([], os.listdir(folder), "temporary folders")


def test_interrupts_of_starts():
    """While a cold start is timed, its folder goes, too."""
    selector = device()
    with tempfile.TemporaryDirectory() as folder:
        process = start("bench", "--latency", "--rounds", "1", "--device", selector, stdout=subprocess.PIPE,
                        stderr=subprocess.PIPE, env={"TMPDIR": folder})
        while process.poll() is None and not os.listdir(folder):
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=60)
        same((130, b""), (process.returncode, output), "exit code and output")
        same([], os.listdir(folder), "temporary folders")


report.run(globals())
