"""tools/derive_coefficients.py finds every coefficient of the kernels again, and notices a changed one."""

import importlib.util
import shutil
import sys
import tempfile
from pathlib import Path

import report

if importlib.util.find_spec("mpmath") is None:
    print("skipped: no mpmath\n0 passed, 0 failed, 3 skipped")
    sys.exit(77)

PATH = report.SOURCE_DIR / "tools" / "derive_coefficients.py"
spec = importlib.util.spec_from_file_location("derive_coefficients", PATH)
derive = importlib.util.module_from_spec(spec)
sys.modules["derive_coefficients"] = derive
spec.loader.exec_module(derive)


def test_polynomials_are_derived_again():
    worse = [polynomial.function for polynomial in derive.POLYNOMIALS
             if not derive.compare(polynomial, False)]
    assert not worse, f"worse than their files state: {worse}"


def test_constants_are_exact():
    assert derive.check_constants()


def test_a_changed_coefficient_is_noticed():
    with tempfile.TemporaryDirectory() as folder:
        derive.ROOT = Path(folder)
        shutil.copytree(report.SOURCE_DIR / "kernels", derive.ROOT / "kernels")
        path = derive.ROOT / "kernels" / "elementary.clh"
        text = path.read_text(encoding="utf-8")
        assert text.count("0x1.800072p-2f") == 1
        path.write_text(text.replace("0x1.800072p-2f", "0x1.800172p-2f"), encoding="utf-8")
        (changed,) = [polynomial for polynomial in derive.POLYNOMIALS
                      if polynomial.function == "sowk_scaled_sqrt"]
        assert not derive.compare(changed, False), "a changed coefficient went unnoticed"
    derive.ROOT = report.SOURCE_DIR


report.run(globals())
