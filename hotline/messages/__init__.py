"""Text messages: what residents and vendors write to us.

A message is stored once, by the network's own id, before it is acknowledged; its number and its
words are sealed, and only masked text is shown. Start in `webhooks.py`.
"""
