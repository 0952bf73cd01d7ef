"""Scans of the checkout: packages, licences, secrets, risky code. Start in `__main__.py`."""
