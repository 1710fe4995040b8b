"""Help, versions and wrong command lines: what is said, and the exit code."""

import report
from program import MODELS, refused, run, same

COMMANDS = ["devices", "init", "fill", "digest", "stream", "recipes", "bench", "compare"]
FILL = ["fill", "--init", "normal", "--shape", "2,3"]


def test_help_of_every_command():
    for command in COMMANDS:
        result = run(command, "--help")
        assert result.stdout.startswith(f"Usage: sowcl {command} "), result.stdout
        assert "--help" in result.stdout
        same("", result.stderr)
        same(result.stdout, run("help", command).stdout, "sowcl help")
        assert max(map(len, result.stdout.splitlines())) <= 100


def test_help_lists_the_commands():
    result = run("--help")
    for command in COMMANDS:
        assert f"\n  {command} " in result.stdout, result.stdout


def test_version():
    result = run("--version")
    assert result.stdout.startswith("sowcl "), result.stdout
    assert "stream version" in result.stdout, result.stdout


def test_no_command_shows_the_usage():
    result = run(code=2)
    same("", result.stdout)
    assert "Usage:" in result.stderr


def test_typos_name_the_nearest():
    refused("fil", says="did you mean fill?")
    refused("--versoin", says="--version")
    refused("devcies", says="did you mean devices?")
    refused("init", "--recpie", "gpt2", "x.json", says="did you mean --recipe?")
    refused("fill", "--shpae=3", says="did you mean --shape?")
    refused("fill", "-Z", says="(-Z)")
    refused("fill", "--init", "kaiming_norml", "--shape", "2,3", says="kaiming_normal")
    refused("fill", "--init", "kaiming_normal(nonlinearty=relu)", "--shape", "2,3", says="nonlinearity")
    refused("recipes", "gpt", says="gpt2")


def test_options_need_their_values():
    refused("fill", "--init", says="--init has no value")
    refused("fill", "-o", says="--output has no value")
    refused("digest", "--json=3", "x.npy", says="--json takes no value")


def test_operands_are_counted():
    refused("init", says="init has no model")
    refused("init", "a.json", "b.json", says="(b.json)")
    refused("digest", says="digest has no file")
    refused("devices", "x", says="(x)")
    refused("stream", "--dist", "bits", "x", says="(x)")
    refused(*FILL, "x", says="(x)")
    refused("recipes", "gpt2", "torch", says="(torch)")
    refused("fill", "--shape", "3", says="--init")
    refused("fill", "--init", "normal", says="--shape")
    refused("stream", says="--dist")


def test_options_stand_anywhere():
    first = run("fill", "--shape", "2,3", "--seed", "7", "normal(std=2)").stdout
    same(first, run("fill", "normal(std=2)", "--seed=7", "--shape=2,3").stdout)
    same(first, run("fill", "--seed=7", "--shape=2,3", "--", "normal(std=2)").stdout)


def test_seeds_are_u64():
    for option in ("--seed", "--stream"):
        for value in ("-1", "", "1.0", "18446744073709551616", "0x", "0x1g", " 1", "+1", "1e3"):
            says = f"{option} ({value}): a whole number from 0 to 18446744073709551615"
            refused(*FILL, option, value, says=says)
        most = run(*FILL, option, "18446744073709551615").stdout
        same(most, run(*FILL, option, "0xffffFFFFffffFFFF").stdout)
        assert most != run(*FILL, option, "0").stdout


def test_values_are_checked():
    for shape in ("a", "3,", ",3", "3x4", "-1", "1,2,3,4,5,6,7,8,9", "99999999999999999999"):
        refused("fill", "--init", "normal", "--shape", shape, says="--shape")
    refused("fill", "--init", "normal", "--shape", "4294967296,4294967296")
    for part in ("0", "1:2,", "::2", "-1:", "a:b", ":,:,:"):
        refused(*FILL, "--slice", part, says=f"--slice ({part})")
    refused(*FILL, "--dtype", "f33", says="f32 f16 bf16 f64")
    refused(*FILL, "--layout", "ab", says="oi or io")
    refused(*FILL, "-o", "x.txt", says="(x.txt)")
    refused(*FILL, "-o", "x.npy", "--dtype", "bf16", says="bf16")
    refused(*FILL, "-o", "-", "--json", says="standard output")
    refused(*FILL, "--dtype", "i32")
    refused("fill", "--init", "kaiming_normal", "--shape", "3", says="dimensions")
    refused("fill", "--init", "normal", "--shape", "3", "extra", says="(extra): fill takes one initializer, as an argument or by --init")
    refused("fill", "--init", "normal(std=nan)", "--shape", "3")
    refused("fill", "--init", "normal(std=-1)", "--shape", "3")
    refused("fill", "--init", "constant(value=300)", "--shape", "3", "--dtype", "u8")
    refused("stream", "--dist", "bits", "--dtype", "f32")
    refused("stream", "--dist", "nromal", says="normal")
    refused("init", MODELS / "gpt2.json", "--dtype", "i32", says="--dtype (i32)")
    refused("init", MODELS / "gpt2.json", "--threads", "-3", says="--threads (-3)")


def test_init_misuse():
    gpt2 = MODELS / "gpt2.json"
    refused("init", gpt2, "--recipe", "gpt3", says="gpt2")
    refused("init", gpt2, "-o", "x.npy", says="(x.npy)")
    refused("init", gpt2, "-o", "-", "--json", says="standard output")
    refused("init", "no/such.json", code=1, says="no/such.json")
    refused("init", gpt2, "--recipe", "no/such.json", code=1, says="no/such.json")
    refused("init", gpt2, "--only", "no.such.*", code=1, says="(no.such.*)")
    refused("init", gpt2, "--device", "no such device", code=1, says="no such device")


def test_control_characters_are_escaped():
    message = refused("digest", "a\x1b[31m\tb", code=1)
    assert "\x1b" not in message and "\\x1b[31m\\tb" in message, message


report.run(globals())
