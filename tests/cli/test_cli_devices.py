"""sowcl devices and recipes, and how a device is chosen."""

import json
import os
import tempfile

import report
from program import refused, run, same

FILL = ["fill", "--init", "normal", "--shape", "1000", "--json"]
NOTE = "sowcl: no OpenCL device found: using host\n"


def devices(**env):
    return json.loads(run("devices", "--json", env={"SOWCL_DEVICE": None, **env}).stdout)["devices"]


def device_of(*options, **env):
    return json.loads(run(*FILL, *options, env={"SOWCL_DEVICE": None, **env}).stdout)["device"]


def test_table_ends_with_the_host():
    lines = run("devices").stdout.splitlines()
    assert lines[0].split()[0] == "select", lines
    assert lines[-1].split()[:2] == ["*", "host"], lines
    same(len(devices()) + 1, len(lines))


def test_json_tells_one_default():
    listed = devices()
    same("host", listed[-1]["selector"])
    same(1, sum(device["default"] for device in listed))
    for device in listed:
        assert isinstance(device["bytes"], str) and device["units"] > 0, device


def test_selectors():
    same("host", device_of("--device", "host"))
    same("host", device_of(SOWCL_DEVICE="host"))
    for device in devices()[:-1]:
        same(device["name"], device_of("--device", device["selector"]))
        same(device["name"], device_of(SOWCL_DEVICE=device["selector"]))
        same("host", device_of("--device", "host", SOWCL_DEVICE=device["selector"]))
    for device in devices():
        if device["default"]:
            expected = "host" if device["selector"] == "host" else device["name"]
            same(expected, device_of())


def test_unknown_selectors_fail():
    refused(*FILL, "--device", "no such device", code=1, says="no such device")
    refused(*FILL, code=1, says="SOWCL_DEVICE (no such device): ", env={"SOWCL_DEVICE": "no such device"})
    refused(*FILL, "--device", "nosuch", code=1, says="device (nosuch): ", env={"SOWCL_DEVICE": "other"})
    refused(*FILL, "--device", "97:0", code=1, says="97:0")


def test_ambiguous_selectors_are_listed():
    env = {"RUSTICL_ENABLE": "llvmpipe"}
    listed = devices(**env)[:-1]
    names = [device["name"].lower() for device in listed]
    letter = next((c for c in "aeioulmnprst" if sum(c in name for name in names) > 1), None)
    if letter is None:
        raise report.Skip("fewer than two OpenCL devices")
    message = refused(*FILL, "--device", letter, code=2, env=env)
    assert sum(device["selector"] in message for device in listed) > 1, message


def test_host_when_there_is_no_device():
    with tempfile.TemporaryDirectory() as folder:
        env = {"SOWCL_DEVICE": None, "OCL_ICD_VENDORS": folder + os.sep, "OPENCL_VENDOR_PATH": folder}
        result = run(*FILL, env=env)
        same("host", json.loads(result.stdout)["device"])
        same(NOTE, result.stderr)
        listed = run("devices", env=env)
        same(2, len(listed.stdout.splitlines()))
        assert listed.stderr.startswith("sowcl: no OpenCL device"), listed.stderr
        refused(*FILL, "--device", "gpu", code=1, says="gpu", env=env)
        same("", run(*FILL, "--device", "host", env=env).stderr)


def test_recipes():
    told = json.loads(run("recipes", "--json").stdout)["recipes"]
    names = [recipe["name"] for recipe in told]
    assert "gpt2" in names, names
    same(names, [line.split()[0] for line in run("recipes").stdout.splitlines()])
    for recipe in told:
        assert recipe["about"], recipe
        text = json.loads(run("recipes", recipe["name"]).stdout)
        same(("sowcl-recipe/1", recipe["name"]), (text["format"], text["name"]))


report.run(globals())
