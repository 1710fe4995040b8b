"""sowcl compare --report: the page is well-formed, holds what --json says, and needs nothing else."""

import json
import math
import os
import re
import struct
import tempfile
import xml.etree.ElementTree
from html.parser import HTMLParser
from pathlib import Path

import report
from program import refused, run, same

SCRATCH = tempfile.TemporaryDirectory()
FOLDER = Path(SCRATCH.name)
VOID = {"meta", "br"}
HOST = {"OCL_ICD_VENDORS": "/nonexistent", "OCL_ICD_FILENAMES": None}
CONTROL = ["--library-math", "--with", "host", "--init", "normal(mean=1, std=0.5)", "--shape", "250,401"]


class Page(HTMLParser):
    """Checks that tags are closed in order, and keeps text and attributes."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.text, self.ids, self.links, self.tags = [], [], [], [], []
        self.feed(text)
        self.close()
        same([], self.open, "tags left open")

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        attributes = dict(attrs)
        self.ids += [attributes[name] for name in ("id",) if name in attributes]
        self.links += [attributes[name] for name in ("href", "src") if name in attributes]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        same(self.open.pop(), tag, "closing tag")

    def handle_data(self, data):
        self.text.append(data)


def page(*options, name="page.html", code=0, env=None):
    path = FOLDER / name
    run("compare", *options, "--report", path, "-q", code=code, env=env)
    return path.read_text()


def check(text):
    """The text of a page that is as it should be."""
    found = Page(text)
    same(len(found.ids), len(set(found.ids)), "ids of their own")
    for svg in re.findall(r"<svg.*?</svg>", text, re.DOTALL):
        root = xml.etree.ElementTree.fromstring(svg)
        if root.get("aria-hidden") is None:
            assert root.find("title").text and root.find("desc").text
    for word in ("http:", "https:", "<script", "javascript:", "url(", "@import", "<link", "<img", "nan", "-inf"):
        assert word not in text, f"{word} in the page"
    for link in found.links:
        assert link[1:] in found.ids and link[0] == "#", link
    return "".join(found.text)


def write(name, tensors):
    """A safetensors file of {name: f32 values}."""
    header, data = {}, b""
    for tensor, values in tensors.items():
        content = struct.pack(f"<{len(values)}f", *values)
        header[tensor] = {"dtype": "F32", "shape": [len(values)],
                          "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header).encode()
    path = FOLDER / name
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)
    return path


def real(value):
    return "0" if value == 0 else f"{value:.4g}"


def test_the_figures_are_those_of_json():
    path = FOLDER / "page.html"
    found = json.loads(run("compare", *CONTROL, "--json", "--report", path).stdout)
    text = check(path.read_text())
    same(True, found["equal"])
    pair = next(one for one in found["pairs"] if one["control"])
    first, drawn = pair["first"], pair["tensors"][0]["distribution"]
    assert int(pair["differing"]) > 0
    for figure in [f"{int(pair['differing']):,} of {int(pair['elements']):,} elements",
                   f"{int(pair['max_ulp']):,} ulp", first["a_bits"], first["b_bits"],
                   f"at most {real(pair['max_absolute'])}, {real(pair['mean_absolute'])} on average",
                   f"at most {real(pair['max_relative'])}, {real(pair['mean_relative'])} on average",
                   *[f"{int(count):,}" for count in pair["ulps"] if int(count)],
                   *[f"{drawn[side][name]:.8g}" for side in "ab" for name in ("mean", "std", "min", "max")],
                   *[f"{drawn[side][name]:.4g}" for side in "ab" for name in ("ks", "ks_p")],
                   *[f"{ns:.3g}" for ns in found["ns_cpu"] + found["ns_wall"]],
                   f"{drawn['mean_standard_errors']:+.4g}", f"{drawn['expected_mean']:.8g}",
                   f"{drawn['expected_std']:.8g}", "normal(mean=1, std=0.5)", "sowcl compare --library-math"]:
        assert figure in text, f"{figure} is not in the page"


def test_a_page_of_equal_sides():
    laws = ["--init", "uniform", "--init", "trunc_normal(a=-1, b=3)", "--init", "eye", "--shape", "61,67"]
    dtypes = ["--dtype", "f32", "--dtype", "f16", "--dtype", "f8_e4m3"]
    text = check(page("--with", "host", *laws, *dtypes))
    assert "The same bits" in text and "same bits" in text
    same(6, text.count("Kolmogorov\N{EN DASH}Smirnov distance"))  # eye is no sample
    assert "Different" not in text


def test_two_pages_are_the_same_bytes():
    options = ["--with", "host", "--init", "normal", "--shape", "501", "--dtype", "bf16"]
    same(page(*options), page(*options))


def test_a_page_of_files_with_hostile_names():
    names = ["</code><script>alert(1)</script>", "a&b<c>\"d\"'e'", "\x1b[31mred\x07", "]]>", "line\nbreak",
             "\N{SNOWMAN}", "--><!--"]
    a = write("a.safetensors", {name: [1.0, 2.0, float(i)] for i, name in enumerate(names)})
    b = write("b.safetensors", {name: [1.0, 2.5, float("nan")] for name in names[:-1]} | {"extra": [0.0]})
    text = check(page(a, b, code=1))
    assert "Different" in text and "not in the first" in text and "not in the second" in text
    for name in names:
        shown = name.replace("\x1b", "\\x1b").replace("\x07", "\\x07").replace("\n", "\\n")
        assert shown in text, f"{shown!r} is not in the page"
    assert "NaN on one side" in text


def test_hundreds_of_tensors_stay_readable():
    tensors = {f"layer.{i}": [float(i), 1.0] for i in range(400)}
    a = write("many_a.safetensors", tensors)
    b = write("many_b.safetensors", {**tensors, "layer.377": [377.0, 1.0000001]})
    text = page(a, b, code=1)
    visible = re.sub(r"<details>.*?</details>", "", text, flags=re.DOTALL)
    check(text)
    same(2, visible.count("<code>layer."))  # the one that differs, in the table and as the first
    same(400, len(set(re.findall(r"<code>(layer\.\d+)</code>", text))))
    assert "The other 399 cases" in text


def test_what_makes_files_different_comes_first():
    """Tensors that one file lacks or has in another shape: under the verdict, in the matrix, and before all rows."""
    tensors = {f"layer.{i:02}": [float(i), 1.0] for i in range(40)}
    a = write("first_a.safetensors", {**tensors, "z.gone": [0.0], "z.shape": [1.0, 2.0]})
    b = write("first_b.safetensors", {**{name: [x + 1, y] for name, (x, y) in tensors.items()}, "z.shape": [1.0]})
    text = page(a, b, code=1)
    told = check(text)
    for line in ("Not in the second: z.gone.", "Another shape: z.shape.", "2 not compared"):
        assert line in told, f"{line} is not in the page"
    visible = re.sub(r"<details>.*?</details>", "", text, flags=re.DOTALL)
    rows = re.findall(r'<th scope="row"><code>([^<]*)', visible)
    same(["z.gone", "z.shape"], sorted(rows[:2]))
    c = write("first_c.safetensors", tensors)
    d = write("first_d.safetensors", {name: tensors[name] for name in list(tensors)[1:]})
    told = check(page(c, d, code=1))
    assert "1 not compared" in told and "0 of 78" not in told


def test_names_of_distances_do_not_overlap():
    a = write("ulp_a.safetensors", {"x": [1.0, 3e38, 1.0]})
    b = write("ulp_b.safetensors", {"x": [1.0, -3e38, float("nan")]})
    svg = re.search(r'<svg viewBox[^>]*aria-labelledby="ulp-1.*?</svg>', page(a, b, code=1), re.DOTALL).group(0)
    places = [float(x) for x in re.findall(r'class="tick mid" x="([0-9.]+)"', svg)]
    assert min(y - x for x, y in zip(places, places[1:])) > 30, places


def test_a_control_s_side_is_named():
    told = run("compare", "--library-math", "--with", "host", "--init", "uniform", "--shape", "5").stdout
    assert "\nhost, its library draws only plain normals" in told, told


def test_controls_are_not_counted():
    told = run("compare", *CONTROL).stdout
    assert told.endswith("\nours agree; controls do not count\n"), told[-80:]
    assert "100,250 elements were held against each other" in check(page(*CONTROL))


def test_the_page_takes_no_input_s_place():
    a, b = write("in_a.safetensors", {"x": [1.0]}), write("in_b.safetensors", {"x": [1.0]})
    link = FOLDER / "link.html"
    os.link(a, link)
    before = a.read_bytes()
    for target in (a, FOLDER / "." / "in_b.safetensors", link):
        refused("compare", a, b, "--report", target, says="another file than the input")
    model = FOLDER / "in_model.json"
    model.write_text("{}")
    refused("compare", model, "--report", model, says="another file than the input")
    refused("compare", a, b, "--report", FOLDER / "shard.safetensors", says="a page's name, like page.html")
    same((before, "{}"), (a.read_bytes(), model.read_text()))


def test_tolerance_is_told():
    a, b = write("t_a.safetensors", {"x": [1.0]}), write("t_b.safetensors", {"x": [1.0000001]})
    text = check(page(a, b, "--ulp", "2", "--atol", "1e-9"))
    assert "within the tolerance" in text and "2 representable values" in text and "1e-09" in text


def test_by_value_is_told():
    """The rules are those of what was compared: by bits, by value or both."""
    text = json.dumps({"x": {"dtype": "F16", "shape": [2], "data_offsets": [0, 4]}}).encode()
    narrow = FOLDER / "v16.safetensors"
    narrow.write_bytes(struct.pack("<Q", len(text)) + text + struct.pack("<ee", 1, math.nan))
    wide, other = write("v32.safetensors", {"x": [1.0, math.nan]}), write("w32.safetensors", {"x": [2.0, math.nan]})
    found = check(page(wide, narrow))
    for words in ("The same values on both sides", "held against each other, by value (f32/f16).",
                  "the same number, or both are NaN", "two NaNs are equal", "same values"):
        assert words in found, f"{words} in {found}"
    for words in ("bit for bit", "same bits", "all of their bits", "A NaN differs", "The exact law"):
        assert words not in found, f"{words} in {found}"
    found = check(page(other, narrow, code=1))
    assert "other values" in found and "Elements that differ" in found and "other bits" not in found
    found = check(page(wide, wide))
    assert "bit for bit" in found and "A NaN differs" in found and "by value" not in found
    assert "The exact law" not in found


def test_where_no_page_can_be():
    options = ["compare", "--with", "host", "--init", "normal", "--shape", "5"]
    before = sorted(FOLDER.iterdir())
    refused(*options, "--report", FOLDER / "none" / "page.html", says="folder that is there")
    refused(*options, "--report", FOLDER, says="this is a folder")
    refused(*options, "--report", "", says="like page.html")
    refused(*options, "--report", "-", "--json", says="--json with --report (-)")
    result = run(*options, "--report", "/dev/full", code=2)
    assert "/dev/full" in result.stderr, result.stderr
    same(before, sorted(FOLDER.iterdir()))


def test_a_page_on_standard_output():
    options = ["compare", "--with", "host", "--init", "normal", "--shape", "501"]
    text = run(*options, "--report", "-").stdout
    check(text)
    assert text.startswith("<!DOCTYPE html>") and text.endswith("</html>\n")
    reader, writer = os.pipe()
    os.close(reader)
    try:
        run(*options, "--report", "-", stdout=writer, capture_output=False)
    finally:
        os.close(writer)


def test_no_distribution_of_what_was_not_drawn():
    """Controls do not draw f64, and tensors without elements have no sample to show."""
    path = FOLDER / "none.html"
    options = ["compare", "--library-math", "--with", "host", "--init", "normal", "--report", path]
    told = run(*options, "--shape", "301", "--dtype", "f32", "--dtype", "f64").stdout
    table = told.split("\ndistribution ")[1].split("\n\n")[0]
    assert " f32 " in table and " f64 " not in table, table
    same(None, json.loads(run(*options, "--shape", "0,5", "--json").stdout)["pairs"][1]["tensors"][0]["distribution"])
    same(0, check(path.read_text()).count("its probability"))


def test_a_page_without_a_device():
    options = ["--library-math", "--init", "normal", "--init", "uniform", "--shape", "301"]
    text = check(page(*options, code=77, env=HOST))
    result = run("compare", *options, code=77, env=HOST)
    assert "no OpenCL device, and controls do not count" in result.stderr, result.stderr
    assert "Ours against the library" in text and "no control of this" in text
    assert "301 elements were" in text


report.run(globals())
