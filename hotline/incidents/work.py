"""The kinds of jobs for incidents; a new ticket's is named by `tickets/open_ticket.py`."""

NOTE_CALL = "incidents.note_call"
TELL_FOLLOWER = "incidents.tell_follower"
CHECK_END = "incidents.check_end"
