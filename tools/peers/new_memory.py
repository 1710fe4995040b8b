"""Results of peers that cannot fill memory that is there, and make new memory in each call."""


class NewMemory:
    """Holds the latest result; to_bytes turns a slice of one, by elements, into its bytes."""

    def __init__(self, element_bytes, to_bytes):
        self.result = None
        self.element_bytes = element_bytes
        self.to_bytes = to_bytes

    def poison(self, size_bytes):
        self.result = None  # what is not made again is missed by read

    def read(self, offset_bytes, size_bytes):
        first = offset_bytes // self.element_bytes
        return self.to_bytes(self.result[first:first + size_bytes // self.element_bytes])
