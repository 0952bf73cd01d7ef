"""From one spoken sentence to the right entry of the directory, honestly.

Start at `match.py`: `Matcher.build(...)` once, `match(utterance)` per turn, `with_changes(...)` per
edit. Invariants: matching is pure (no I/O, no clock that decides, the same answer every time); a
matcher is immutable, so calls never wait for an edit; emergencies are heard before anything else;
a confidence is a probability, and nothing is answered below the learned threshold.
`docs/matching.md` explains the channels, the training and the figures.
"""
