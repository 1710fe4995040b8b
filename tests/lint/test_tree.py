"""The tree itself: names, sizes, text."""

import re
from collections import Counter

import report

# Names that a tool or a custom gives a meaning in each folder; a model and its recipe share one, too.
SHARED_NAMES = {"CMakeLists.txt", "README.md"}
SHARED_SUFFIXES = {".json"}
LONGEST_FILE = 600
CODE = {".c", ".h", ".cl", ".clh", ".py", ".cmake", ".sh", ""}
TEXT = CODE | {".md", ".txt", ".json", ".in", ".yml", ".yaml"}


def text_files(suffixes):
    return [path for path in report.files() if path.suffix in suffixes]


def test_file_names_are_unique():
    paths = [path for path in report.files()
             if path.name not in SHARED_NAMES and path.suffix not in SHARED_SUFFIXES]
    counts = Counter(path.name for path in paths)
    clashes = [str(path) for path in paths if counts[path.name] > 1]
    assert not clashes, "two files of one name:\n  " + "\n  ".join(clashes)


def test_file_names_are_plain():
    odd = [str(path) for path in report.files() if not re.fullmatch(r"[\w./-]+", str(path), re.ASCII)]
    assert not odd, f"letters, digits and _ . - only: {odd}"


def test_every_test_is_registered():
    lines = "".join(report.read(path) for path in report.files() if path.name == "CMakeLists.txt")
    forgotten = [str(path) for path in report.files()
                 if path.parts[0] == "tests" and path.parts[1] != "support"
                 and re.fullmatch(r"test_\w+\.(c|py)", path.name)
                 and not re.search(rf"\b{path.stem}\b", lines)]
    assert not forgotten, "in no CMakeLists.txt:\n  " + "\n  ".join(forgotten)


def test_code_files_are_short():
    long = [f"{path}: {lines} lines" for path in text_files(CODE)
            if (lines := report.read(path).count("\n")) > LONGEST_FILE]
    assert not long, f"more than {LONGEST_FILE} lines:\n  " + "\n  ".join(long)


def test_text_is_clean():
    findings = []
    for path in text_files(TEXT):
        text = report.read(path)
        if "\r" in text or (text and not text.endswith("\n")):
            findings.append(f"{path}: ends its lines with other than LF, or its last not at all")
        if re.search(r"[ \t]+$", text, re.MULTILINE):
            findings.append(f"{path}: trailing blanks")
    assert not findings, "\n  ".join(findings)


def test_no_path_of_one_machine():
    pattern = re.compile(r"(?<![\w.}/])/(" + "work|home|root|Users" + r")/\w")
    findings = [f"{path}:{number}: {line.strip()}" for path in text_files(TEXT)
                for number, line in enumerate(report.read(path).splitlines(), 1)
                if pattern.search(line)]
    assert not findings, "paths of one machine:\n  " + "\n  ".join(findings)


report.run(globals())
