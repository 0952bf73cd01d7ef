"""The ledger of consents: who agreed to what, when, by which way, to which words; and took it back.

One row for each answer, only ever added (the database refuses changes); the newest of a matter and
purpose counts. A person is a keyed blind index, the words are named by key and digest. What acts on
an answer (an order, a wish, a matter) keeps its own present state; the ledger is the proof.
Start in `service.py`.
"""
