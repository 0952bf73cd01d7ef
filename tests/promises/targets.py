"""The promises with their targets: what holds each, what was measured, and what is still missing.

`held` names lines of the check-list (`C31`), tests and scripts. What the harness of faults
measured stands in `docs/faults.md` and is read from there. `gap` says what was not tried or does
not hold; a target without one is met when its lines, its faults and its tests are.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    number: int
    promise: str
    target: str
    held: tuple[str, ...] = ()
    measured: str = ""
    gap: str = ""


TARGETS = (
    Target(1, "An accepted webhook is never lost", "0 lost, 0 double of ≥20,000",
           measured="the harness stops at some hundred calls a run, the burst at 2,649"),
    Target(2, "A call survives its node", "≥99.9 % go on; screen back ≤5 s"),
    Target(3, "N equal webhooks are one", "0 breaks in 10,000 sequences", ("C32",
           "tests/calls/test_shuffled.py")),
    Target(4, "One agent wins a call", "1 winner each; refused at once",
           ("tests/queueing/test_line.py",)),
    Target(5, "No event missed on reconnect", "0 missed, 0 twice; every gap flagged",
           ("tests/realtime/test_hub.py",)),
    Target(6, "Every type of event can be replayed", "100 % of the types", gap="not tried"),
    Target(7, "The cursor never passes an open commit", "0 missed in 10⁶",
           ("tests/events/test_order.py",)),
    Target(8, "A lost LISTEN is noticed", "≤1 s closed, ≤10 s black hole; 0 lost"),
    Target(9, "A slow reader hurts only itself", "others p95 <500 ms; cut", 
           ("tests/realtime/test_line.py",)),
    Target(10, "The database restarts", "writes back ≤5 s; 0 acknowledged lost"),
    Target(11, "The database is lost", "gap ≤15 s; 0 acknowledged lost"),
    Target(12, "A frozen node does no harm", "take-over ≤15 s; 0 late writes"),
    Target(13, "The provider is down or slow", "pages ±20 %; drained ≤5 min after; 0 doubles"),
    Target(14, "A vendor answers twice", "1 change; reading changes nothing",
           ("tests/dispatch/test_race.py", "tests/vendor_pages/test_pages.py")),
    Target(15, "A job that poisons", "≤5 tries; others' p95 delay <1 s; visible, run again",
           ("tests/jobs/test_worker.py",)),
    Target(16, "The disk is full", "0 acknowledged lost; fallback; alarm ≤60 s"),
    Target(17, "The clock jumps by an hour", "timers ±2 s; no token revived"),
    Target(18, "A migration while running", "0 errors; worst request <500 ms"),
    Target(19, "Stuck transactions", "idle cut ≤30 s; a statement ≤5 s"),
    Target(20, "An exhausted pool", "503 ≤1 s; 0 webhooks failed",
           ("tests/promises/test_f_faults.py",)),
    Target(21, "A thundering herd", "all back ≤30 s; 0 missed"),
    Target(22, "A burst of a hundred times", "all answered, p99 <2 s; 0 lost"),
    Target(23, "A record day", "webhook p99 <1 s, API p95 <300 ms, event p95 <500 ms",
           ("scripts/load",)),
    Target(24, "A backup restores", "RPO ≤5 min, RTO ≤30 min; the audit verifies"),
    Target(25, "A rolling deploy", "0 answers 5xx; sockets told; ≤20 s"),
)
