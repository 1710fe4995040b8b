"""What tools/bench_peers measures: one module for each peer, and what they share.

A peer's module has NAME, ABOUT, HOW (to get it) and open_peer(bench). That raises Absent, which says why, or
returns an object with `versions`, a dictionary, and `cases(operation, dtype)`, a list of cases.Case.
"""
