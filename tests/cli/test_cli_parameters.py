"""sowcl init --parameter: numbers for the recipe's expressions."""

import json
import tempfile
from pathlib import Path

import report
from program import refused, run, same, write_json, write_model

RECIPE = {"format": "sowcl-recipe/1", "name": "test", "parameters": {"scale": 0.5},
          "rules": [{"init": "constant(value=scale*depth)"}]}


def with_files(test):
    """Runs the test with the arguments of a call that lacks the parameter depth."""
    def with_folder():
        with tempfile.TemporaryDirectory() as folder:
            model = write_model(Path(folder, "model.json"), {"w": [3]})
            recipe = write_json(Path(folder, "recipe.json"), RECIPE)
            test("init", model, "--recipe", recipe)
    with_folder.__name__ = test.__name__
    return with_folder


def value(*arguments):
    return json.loads(run(*arguments, "--dry-run", "--json").stdout)["tensors"][0]["mean"]


@with_files
def test_parameters_count(*call):
    same(2.0, value(*call, "--parameter", "depth=4"))
    same(-2.0, value(*call, "--parameter=depth=4", "--parameter", "scale=-.5"))
    same(3e2, value(*call, "--parameter", "depth=4", "--parameter", "depth=6e2"), "the last")


@with_files
def test_a_missing_parameter_is_named(*call):
    refused(*call, says="(depth)")


@with_files
def test_wrong_parameters_are_refused(*call):
    for text in ("depth", "depth=", "=4", "depth=four", "depth=0x4", "depth=inf", "depth=nan",
                 "depth=1e999", "depth= 4", "depth=4 ", "depth=4,5"):
        refused(*call, "--parameter", text, says=f"--parameter ({text})")
    for text, says in (("deep=4", "(deep)"), ("dim0=4", "reserved"), ("de-pth=4", "(de-pth)")):
        refused(*call, "--parameter", text, says=says)
    refused(*call, "--parameter", says="--parameter NAME=NUMBER")


report.run(globals())
