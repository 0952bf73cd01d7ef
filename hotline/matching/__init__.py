"""From one spoken sentence to the right entry of the directory, honestly.

Start at `match.py`: `Matcher.build(...)` once, `match(utterance)` per turn, `with_changes(...)` per
edit. Invariants: matching is pure (no I/O, no clock that decides, the same answer every time); a
matcher is immutable, so calls never wait for an edit; emergencies are heard before anything else;
a confidence is a probability, and nothing is answered below the learned threshold.
`docs/matching.md` explains the channels, the training and the figures.
"""

import os

# The matrices of one utterance are small: a second BLAS thread gains little on an idle machine and,
# spinning, costs tenfold on a busy one. Must be set before numpy is imported for the first time.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
