"""Proxy handling (全程办事代理): the service center carries a resident's matter through for them.

Invariants: nothing begins without an authorization that is recorded with its words, its way and
its moment, and the resident can take it back at any time; one officer has a matter; its steps are
done in order, each by its unit or by the officer; papers are counted in and out; every change is
a line in the history of the matter's ticket. Start in `authorize.py`, then `carry.py`;
`standing.py` is pure.
"""
