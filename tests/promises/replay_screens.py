"""What each console of the replay holds: the requests of its screens, as the console sends them."""

from collections.abc import Mapping, Sequence

_HALL = (
    "/me", "/calls?status=live&limit=200", "/agents", "/queues",
    "/incidents?status=proposed&status=active&limit=100",
)  # fmt: skip
_SEAT = ("/me/seat", "/me/offers")
_TICKETS = ("/tickets?limit=30", "/tickets?limit=50", "/tickets/counts", "/inbox")
_LIVE = (
    "to_offer", "offered", "unplaced", "accepted", "on_the_way", "arrived", "quoted",
    "in_service", "to_accept", "to_pay", "rework", "disputed",
)  # fmt: skip
_ORDERS = (f"/work-orders?{'&'.join(f'state={one}' for one in _LIVE)}&limit=200",)
_RULES = ("/message-texts",)
_CANNED, _NOTICES, _MATTERS = "/canned-texts", "/announcements?span=current", "/proxy-matters"
_EDITING = (
    "/drafts?state=draft&state=in_review&state=returned", "/corrections?state=open",
    "/standings/coverage", _NOTICES, _CANNED, "/entries?limit=50",
)  # fmt: skip

# Of the records that are known, by kind: what their own pages ask for.
_PAGES: Mapping[str, tuple[str, ...]] = {
    "calls": ("/calls/{}", "/calls/{}/recordings"),
    "tickets": ("/tickets/{}", "/tickets/{}/timeline"),
    "messages": ("/tickets/{}/messages",),
    "orders": ("/work-orders/{}",),
    "matters": ("/proxy-matters/{}",),
    "drafts": ("/drafts/{}",),
    "entries": ("/entries/{}",),
}

# Who looks, at which lists, and at the pages of which records.
SCREENS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "agent-1": ((*_HALL, *_SEAT, *_TICKETS, _CANNED), ("calls", "tickets")),
    "agent-5": (("/me", "/calls?status=live&limit=200", *_SEAT), ("calls",)),
    "supervisor-city": (
        (*_HALL, *_TICKETS, *_ORDERS, *_RULES, _NOTICES, _MATTERS, "/settlements", "/texts"),
        ("calls", "tickets", "messages", "orders", "matters"),
    ),
    "supervisor-wuda": (
        ("/calls?status=live&limit=200", "/tickets?limit=30", "/tickets/counts",
         "/incidents?status=proposed&status=active&limit=100", *_ORDERS, *_RULES),
        (),
    ),
    "unit-house-hbw": ((*_TICKETS, _MATTERS, _CANNED), ("tickets", "matters")),
    "editor-1": (_EDITING, ("drafts", "entries")),
    "admin-system": (("/accounts",), ()),
}  # fmt: skip


def shown_by(watcher: str, known: Mapping[str, Sequence[str]]) -> list[str]:
    lists, kinds = SCREENS[watcher]
    pages = [
        page.format(record_id)
        for kind in kinds
        for page in _PAGES[kind]
        for record_id in known.get(kind, ())
    ]
    return [*lists, *pages]
