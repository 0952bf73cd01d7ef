"""What was said in a talk, as sound: kept sealed, heard only with a reason, erased in time.

The host records; its webhook makes the row, a durable job fetches the sound, seals it into the
store and deletes it at the host. The agent may pause it while sensitive data is told. Whoever
plays one must hold `recordings:play`, gives a reason and is written down; the voice of an
informant opens only with the ticket's unsealing. Start in `service.py`; `keeping.py` says how
long (pure).
"""
