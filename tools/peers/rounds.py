"""Interleaved rounds: each runs every case once, in an order of its own."""

import gc
import random
import time

from peers.cases import DTYPE_BYTES, check

# Threads that a library left spinning after its last work go to sleep before the next case is timed.
SETTLE_SECONDS = 0.01


class Times:
    """Nanoseconds of a case, one a round."""

    def __init__(self, case):
        self.case = case
        self.wall_ns = []
        self.cpu_ns = []


def run_case(case, count):
    """Poisons the memory, runs the case and checks what it wrote; wall and CPU time of the process, in ns."""
    case.ready()
    case.memory.poison(count * DTYPE_BYTES[case.dtype])
    time.sleep(SETTLE_SECONDS)
    cpu_start = time.process_time_ns()
    wall_start = time.perf_counter_ns()
    case.fill()
    wall_ns = time.perf_counter_ns() - wall_start
    cpu_ns = time.process_time_ns() - cpu_start
    check(case, count)
    return wall_ns, cpu_ns


def run_rounds(cases, count, rounds, seconds, say):
    """Times of the cases that ran, and the others as (case, what went wrong). The first round, which builds
    and touches everything, is not counted. Ends before the rounds are done when seconds (None: no limit)
    would be exceeded."""
    started = time.monotonic()
    times = [Times(case) for case in cases]
    failures = []
    shuffle = random.Random(0).shuffle
    gc.disable()
    for number in range(rounds + 1):
        round_started = time.monotonic()
        order = list(times)
        shuffle(order)
        for entry in order:
            try:
                wall_ns, cpu_ns = run_case(entry.case, count)
            except Exception as error:  # a peer's, of any kind; the others go on
                failures.append((entry.case, f"{type(error).__name__}: {error}"))
                times.remove(entry)
                continue
            if number > 0:
                entry.wall_ns.append(wall_ns)
                entry.cpu_ns.append(cpu_ns)
        gc.collect()
        now = time.monotonic()
        say(f"round {number} of {rounds}: {now - round_started:.1f} s" if number else
            f"warm-up: {now - round_started:.1f} s")
        if seconds is not None and number > 0 and now - started + (now - round_started) > seconds:
            break
    gc.enable()
    return times, failures
