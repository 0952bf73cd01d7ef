"""One turn of the talk between a caller and the machine.

`dialogue.py` decides (pure: no session, no clock, no I/O), `service.py` acts on what it decided:
facts before words, one transaction a turn. Sentences are keys of `texts/`, never text in code.
One question a turn, at most 80 characters, 0 and "人工" always reach a person.
Start in `service.take_turn`, then `dialogue.next_turn`.
"""
