"""Includes and calls go down only: the floors of docs/design.md."""

import re
from pathlib import Path

import report

# What each floor may include: folders of the project, and whose headers of others.
HOST = ["kernels", "src/plan", "include/sowcl/base.h", "include/sowcl/stats.h"]
FLOORS = {
    "kernels": (["kernels"], None),
    "include/sowcl/base.h": ([], None),
    "include/sowcl/bench.h": (["include/sowcl/base.h"], None),
    "include/sowcl/compare.h": (["include/sowcl/base.h"], None),
    "include/sowcl/probe.h": (["include/sowcl/base.h"], None),
    "include/sowcl/stats.h": (["include/sowcl/base.h"], None),
    "include/sowcl/model.h": (["include/sowcl/base.h", "include/sowcl/stats.h"], None),
    "include/sowcl/sowcl.h": (["include/sowcl/base.h", "include/sowcl/compare.h", "include/sowcl/stats.h"], "CL/"),
    "src/plan": (HOST, "xxhash.h"),
    "src/host": (["src/host"] + HOST, None),
    "src/device": (["src/device", "include/sowcl/sowcl.h"] + HOST, ("CL/", "clblast")),
    "src/compare": (["src/compare", "src/device", "src/host", "include/sowcl/compare.h", "include/sowcl/probe.h"] + HOST,
                    None),
    "src/model": (["src/model", "src/compare", "src/device", "src/host", "include/sowcl/model.h",
                   "include/sowcl/compare.h"] + HOST, "jansson.h"),
    "src/bench": (["src/bench", "src/device", "src/host", "include/sowcl/bench.h"] + HOST, None),
    "tools": (["tools", "include"], "jansson.h"),
    "examples": (["examples", "include"], ("CL/", "clblast")),
    "tests": (["tests", "examples", "tools", "src", "kernels", "include"], ""),
}
# What a probe tells of a device's own functions; no bit depends on it.
VENDORS_OWN = ("probe_vendor", "probe_vendor64", "probe_half")
# Headers of other projects, each with one door or few; all others are the system's.
FOREIGN = ("CL/", "jansson.h", "xxhash.h", "clblast", "mpi.h")
SOURCES = {".c", ".h", ".cl", ".clh"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
NOISE = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', re.DOTALL)


def sources():
    return [path for path in report.files() if path.suffix in SOURCES]


def floor_of(path):
    name = str(path)
    return next((floor for floor in FLOORS if name == floor or name.startswith(floor + "/")), None)


def code(path):
    """The file without comments and strings, lines kept."""
    return NOISE.sub(lambda match: "\n" * match.group().count("\n"), report.read(path))


def resolve(name, by_name):
    """The project's file that an include names; file names are unique in the tree."""
    return by_name.get(Path(name).name)


def found(path, pattern):
    return [f"{path}:{number}: {line.strip()}"
            for number, line in enumerate(code(path).splitlines(), 1) if re.search(pattern, line)]


def nothing(findings, rule):
    assert not findings, rule + "\n  " + "\n  ".join(findings)


def test_every_source_has_a_floor():
    nothing([str(path) for path in sources() if floor_of(path) is None], "on no floor:")


def test_includes_go_down():
    by_name = {path.name: path for path in sources()}
    findings = []
    for path in sources():
        allowed, foreign = FLOORS.get(floor_of(path), ([], None))
        for bracket, name in INCLUDE.findall(report.read(path)):
            target = resolve(name, by_name) if bracket == '"' or name.startswith("sowcl/") else None
            if target is not None:
                fine = any(str(target) == to or str(target).startswith(to + "/") for to in allowed)
            elif name.startswith(FOREIGN):
                fine = foreign is not None and name.startswith(foreign)
            else:
                fine = bracket == "<"
            if not fine:
                findings.append(f"{path} includes {name}")
    nothing(findings, "includes that do not go down:")


def test_only_device_calls_opencl():
    findings = [finding for path in sources()
                if floor_of(path) not in ("src/device", "tests", "examples", "kernels")
                for finding in found(path, r"\bcl[A-Z]\w*\s*\(")]
    nothing(findings, "only src/device calls OpenCL:")


def test_only_base_knows_the_compiler():
    pattern = r"__OPENCL_(C_)?VERSION__|__GNUC__|__clang__|__STDC_VERSION__"
    findings = [finding for path in sources()
                if floor_of(path) == "kernels" and path.name != "base.clh"
                for finding in found(path, pattern)]
    nothing(findings, "only kernels/base.clh knows which compiler reads it:")


def test_kernels_use_exact_arithmetic():
    pattern = r"\b(native_\w+|half_\w+|(log|log2|log10|exp|exp2|pow|sqrt|rsqrt|sin|cos|tan)f?)\s*\("
    findings = [finding for path in sources()
                if floor_of(path) == "kernels" and path.stem not in VENDORS_OWN
                for finding in found(path, pattern)]
    nothing(findings, "functions whose accuracy is the vendor's:")


def test_library_is_silent_and_pure():
    pattern = (r"\b(printf|vprintf|puts|putchar|perror|exit|_Exit|abort|getenv|secure_getenv|setenv)\s*\("
               r"|\bf(printf|puts|putc)\s*\(\s*std(out|err)|\bf(puts|putc)\s*\([^;]*\bstd(out|err)\b")
    findings = [finding for path in sources() if path.parts[0] == "src"
                for finding in found(path, pattern)]
    nothing(findings, "library code never prints, exits or reads the environment:")


report.run(globals())
