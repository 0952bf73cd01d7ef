"""Every change to tickets, a file a verb; other packages call them from here."""

from hotline.tickets.amend_ticket import amend_ticket
from hotline.tickets.comment_ticket import add_from_caller, comment_ticket
from hotline.tickets.move_ticket import move_ticket
from hotline.tickets.open_ticket import open_ticket
from hotline.tickets.press_ticket import supervise_ticket, urge_ticket
from hotline.tickets.query_codes import Judged, judge_code, tickets_of_caller
from hotline.tickets.rate_ticket import Rating, rate_by_link, rate_ticket, rateable
from hotline.tickets.take_ticket import take_ticket
from hotline.tickets.words import address_of, caller_of, query_code, words_of

__all__ = [
    "Judged",
    "Rating",
    "add_from_caller",
    "address_of",
    "amend_ticket",
    "caller_of",
    "comment_ticket",
    "judge_code",
    "move_ticket",
    "open_ticket",
    "query_code",
    "rate_by_link",
    "rate_ticket",
    "rateable",
    "supervise_ticket",
    "take_ticket",
    "tickets_of_caller",
    "urge_ticket",
    "words_of",
]
