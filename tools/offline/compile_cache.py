"""Results of compilations, kept below build/ by what they depend on."""

import hashlib
import json
from pathlib import Path


def own_code():
    """A digest of this package: other code may find other things."""
    parts = (path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    return hashlib.sha256(b"".join(parts)).hexdigest()


class Cache:
    def __init__(self, folder):
        self.folder, self.code = folder, own_code()

    def path(self, *parts):
        key = hashlib.sha256("\0".join([self.code, *parts]).encode()).hexdigest()
        return self.folder / key

    def get(self, *parts):
        try:
            return json.loads(self.path(*parts).read_text())
        except (OSError, ValueError):
            return None

    def put(self, value, *parts):
        path = self.path(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(".new")
        temporary.write_text(json.dumps(value))
        temporary.replace(path)
