"""Announcements (公告): what departments tell everybody, for an area and a span of time.

Spoken once a call: after the greeting, or when the entry that is asked for is about it; shown on
the portal's front page and on the console. It begins and ends by its own times, without a job.
Only the city speaks after the greeting; a department speaks for its own district.
Start in `models.py`, then `service.py`; the talk is in `conversation/notices.py`.
"""
