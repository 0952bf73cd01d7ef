"""Tamper-evident audit: who did what to whom, when, from where, with which result.

An entry is written in the transaction of what it records: when it cannot be written, nothing
happens. The application may add and read entries, never change or delete them. Each is linked to
the one before by a hash, in the order of commits. Start in `service.py` (`record`, `verify`).
"""

from hotline.audit.models import Result
from hotline.audit.service import record

__all__ = ["Result", "record"]
