"""People who sign in: accounts, roles as sets of scopes, sessions, lock-outs, second factors.

The three administrators are kept apart by the database: no account holds two of them, nor one of
them beside a role that works on cases. Session tokens are stored as keyed hashes; a session ends
by idleness, by age, at log-out, and when roles or the password change.
Start in `auth.py` (every Annotated principal), then `sign_in.py` and `roles.py`.
"""
