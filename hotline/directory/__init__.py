"""What the hotline can help with: entries, phrases, vendors, subjects, short codes, places.

One vetted directory per city: nothing is spoken that it does not say. It comes in by files that
are valid as a whole or change nothing, and goes out as the same files. Every change is announced
as `directory.published`, so that matchers on all nodes load it anew.
Start in `models.py`, then `importing.py`.
"""
