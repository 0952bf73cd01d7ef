import type { WorkOrderEvent } from "@/api/dispatch";
import type {
  Alarm,
  Call,
  Incident,
  Offer,
  OfferEnded,
  PresenceChange,
  Queue,
  Schemas,
  TicketEvent,
  TimelineItem,
  Whole,
} from "@/api/types";

/** What each event carries: the service's own list, so that one without a handler does not compile. */
export type EventPayloads = { [N in keyof Told]: Whole<Told[N]> };

type Told = Schemas["EventPayloads"];

export type EventName = keyof EventPayloads;

/** The changes that an event may make to what the console holds. */
export interface Cache {
  putCall(call: Call): void;
  putOffer(offer: Offer): void;
  endOffer(ended: OfferEnded): void;
  putQueue(queue: Queue): void;
  putIncident(incident: Incident): void;
  putTicket(ticket: TicketEvent, change: "opened" | "changed"): void;
  addTimelineItem(ticketId: string, item: TimelineItem): void;
  removeTicket(ticketId: string): void;
  raiseAlarm(alarm: Alarm): void;
  putPresence(change: PresenceChange): void;
  refreshRecordings(): void;
  refreshDirectory(entryIds: string[]): void;
  refreshEditing(): void;
  refreshCanned(): void;
  refreshMatters(): void;
  putOrder(order: WorkOrderEvent): void;
  refreshInbox(accountId: string): void;
  refreshAccounts(): void;
  refreshPeople(): void;
  refreshTexts(): void;
  refreshMessages(): void;
}

type Handlers = { [N in EventName]: (cache: Cache, payload: EventPayloads[N]) => void };

export const handlers: Handlers = {
  "call.started": (cache, call) => cache.putCall(call),
  "call.turned": (cache, call) => cache.putCall(call),
  "call.queued": (cache, call) => cache.putCall(call),
  "call.offered": (cache, offer) => cache.putOffer(offer),
  "call.offer_ended": (cache, ended) => cache.endOffer(ended),
  "call.answered": (cache, call) => cache.putCall(call),
  "call.held": (cache, call) => cache.putCall(call),
  "call.resumed": (cache, call) => cache.putCall(call),
  "call.transferred": (cache, call) => cache.putCall(call),
  "call.merged": (cache, call) => cache.putCall(call),
  "call.wrapped_up": (cache, call) => cache.putCall(call),
  "call.ended": (cache, call) => cache.putCall(call),
  "call.changed": (cache, call) => cache.putCall(call),
  "call.recorded": (cache) => cache.refreshRecordings(),
  "ticket.opened": (cache, ticket) => cache.putTicket(ticket, "opened"),
  "ticket.moved": (cache, ticket) => cache.putTicket(ticket, "changed"),
  "ticket.updated": (cache, ticket) => cache.putTicket(ticket, "changed"),
  "ticket.commented": (cache, { ticket_id, item }) => cache.addTimelineItem(ticket_id, item),
  "ticket.withdrawn": (cache, { ticket_id }) => cache.removeTicket(ticket_id),
  "alarm.raised": (cache, alarm) => cache.raiseAlarm(alarm),
  "presence.changed": (cache, change) => cache.putPresence(change),
  "queue.changed": (cache, queue) => cache.putQueue(queue),
  "incident.proposed": (cache, incident) => cache.putIncident(incident),
  "incident.confirmed": (cache, incident) => cache.putIncident(incident),
  "incident.updated": (cache, incident) => cache.putIncident(incident),
  "incident.closed": (cache, incident) => cache.putIncident(incident),
  "directory.published": (cache, { entry_ids }) => cache.refreshDirectory(entry_ids),
  "draft.moved": (cache) => cache.refreshEditing(),
  "correction.changed": (cache) => cache.refreshEditing(),
  "announcement.changed": (cache) => cache.refreshEditing(),
  "canned_text.changed": (cache) => cache.refreshCanned(),
  "proxy_matter.changed": (cache) => cache.refreshMatters(),
  "work_order.opened": (cache, order) => cache.putOrder(order),
  "work_order.moved": (cache, order) => cache.putOrder(order),
  "work_order.updated": (cache, order) => cache.putOrder(order),
  "inbox.added": (cache, { account_id }) => cache.refreshInbox(account_id),
  "accounts.changed": (cache) => cache.refreshAccounts(),
  "account.disabled": (cache) => cache.refreshPeople(),
  "wording.changed": (cache) => cache.refreshTexts(),
  "message.updated": (cache) => cache.refreshMessages(),
  // No screen lists the texts that people send in.
  "message.received": () => undefined,
};

/** Applies an event; one with a name that this console does not know yet changes nothing. */
export function applyEvent(cache: Cache, name: string, payload: unknown): void {
  if (isEventName(name)) dispatch(cache, name, payload as EventPayloads[typeof name]);
}

function dispatch<N extends EventName>(cache: Cache, name: N, payload: EventPayloads[N]): void {
  handlers[name](cache, payload);
}

function isEventName(name: string): name is EventName {
  return Object.hasOwn(handlers, name);
}
