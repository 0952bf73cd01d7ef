"""Tables with personal data leave the hotline by two persons only.

Asked for with a reason, approved by another person, fetched by whoever asked within a day. What
was approved is bound by its digest, informants are never in it, every sheet carries who fetched it
and when, and the audit keeps the hash of the file. Start in `service.py`.
"""
