"""START HERE: the telephone network calls us.

`webhooks.py` verifies and reads a turn, `conversation.take_turn` decides, and the answer goes
back as TwiML. An accepted webhook is in the database before it is answered; a retry gets the
stored answer and changes nothing. The row of a call is locked for the length of a turn.
"""
