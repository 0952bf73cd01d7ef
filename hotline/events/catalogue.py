"""Every event that there is: what it is about, which schema it carries, and what happened. Pure.

The schemas themselves are of the floors above; `web/event_payloads.py` binds them by their names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class EventType:
    """`subject` is the kind of thing, `payload` the name of the schema, `says` what happened."""

    subject: str
    payload: str
    says: str


CATALOGUE: Mapping[str, EventType] = MappingProxyType({
    "call.started": EventType("call", "CallOut", "A call came in or was placed"),
    "call.turned": EventType("call", "CallOut", "The caller or the hotline said something"),
    "call.queued": EventType("call", "CallOut", "The caller waits for an agent"),
    "call.offered": EventType("call", "OfferOut", "An agent's phone rings"),
    "call.offer_ended": EventType(
        "call", "OfferEnded", "An offer was taken, missed or taken back"),
    "call.answered": EventType("call", "CallOut", "The caller is on the line with an agent"),
    "call.held": EventType("call", "CallOut", "A party was put on hold"),
    "call.resumed": EventType("call", "CallOut", "A party was taken back from hold"),
    "call.transferred": EventType("call", "CallOut", "The call goes on with somebody else"),
    "call.merged": EventType("call", "CallOut", "Everybody of a consultation talks together"),
    "call.wrapped_up": EventType("call", "CallOut", "The agent said how the talk ended"),
    "call.ended": EventType("call", "CallOut", "The call is over"),
    "call.changed": EventType("call", "CallOut", "Something else about the call changed"),
    "call.recorded": EventType("recording", "RecordingOut", "A recording began, ended or changed"),
    "alarm.raised": EventType("alarm", "AlarmOut", "Somebody must look at once"),
    "ticket.opened": EventType("ticket", "TicketTold", "A ticket was opened"),
    "ticket.moved": EventType("ticket", "TicketTold", "The ticket has another status"),
    "ticket.updated": EventType("ticket", "TicketTold", "Something else about it changed"),
    "ticket.commented": EventType("ticket", "TicketCommented", "Somebody left a remark"),
    "ticket.withdrawn": EventType(
        "ticket", "TicketWithdrawn", "It left this custody or district: it may be out of sight"),
    "inbox.added": EventType("account", "InboxAdded", "Something lies in the account's inbox"),
    "presence.changed": EventType("account", "PresenceEvent", "A seat has another state"),
    "account.disabled": EventType("account", "AccountDisabled", "An account may not sign in"),
    "queue.changed": EventType("queue", "QueueOut", "A waiting line stands differently"),
    "incident.proposed": EventType("incident", "IncidentOut", "Many calls seem to have one cause"),
    "incident.confirmed": EventType("incident", "IncidentOut", "Callers hear of it from now on"),
    "incident.updated": EventType("incident", "IncidentOut", "Its facts or numbers changed"),
    "incident.closed": EventType("incident", "IncidentOut", "It is over, or there was none"),
    "directory.published": EventType("directory", "DirectoryPublished", "Entries changed"),
    "draft.moved": EventType("draft", "DraftMoved", "A draft was written or moved"),
    "correction.changed": EventType(
        "correction", "CorrectionChanged", "A task about an entry came up or was settled"),
    "announcement.changed": EventType(
        "announcement", "AnnouncementOut", "A notice was posted, changed or withdrawn"),
    "canned_text.changed": EventType(
        "canned_text", "CannedTextChanged", "A ready-made text was changed"),
    "wording.changed": EventType("organization", "WordingChanged", "A spoken text was changed"),
    "proxy_matter.changed": EventType(
        "proxy_matter", "ProxyMatterChanged", "A matter handled for a resident moved"),
    "work_order.opened": EventType("work_order", "WorkOrderTold", "A work order was opened"),
    "work_order.moved": EventType("work_order", "WorkOrderTold", "It has another state"),
    "work_order.updated": EventType(
        "work_order", "WorkOrderTold", "Something else about it changed"),
    "accounts.changed": EventType(
        "settlement", "AccountsChanged", "A settlement or a pay-out of vendors changed"),
    "message.received": EventType("message", "MessageOut", "A text message came in"),
    "message.updated": EventType("message", "OutgoingOut", "A text message has another state"),
})  # fmt: skip
