"""The public portal at `/`: find a service, a number, an office; without JavaScript, on any phone.

Pages are written on the server from the directory in memory (`catalog.py`), the same that answers
calls, and search asks the same matcher. Invariants: nothing is shown that the directory does not
say; what somebody typed is kept nowhere; a vendor that may not be sent is not shown; no request
leaves for another site. `pages.py` is the edge; views (`entry_view.py`, `search_view.py`, …) are
pure; words live in `texts/` in Chinese and English, both complete.
"""
