import type { InfiniteData, QueryClient, QueryKey } from "@tanstack/vue-query";
import type { Alarm, Call, Me, Page, Ticket, TicketEvent, TimelineItem } from "@/api/types";
import type { Cache } from "@/realtime/handlers";
import { hallCache, seatMayChange } from "./hallCache";
import { byStart, changed, fresher, upserted } from "./fold";
import { dispatchKeys, putOrder } from "./dispatch";
import { keys } from "./keys";
import { proxyKeys } from "./proxy";
import { deskKeys } from "./ticketDesk";

export const LATEST_TICKETS = 30;
const ALARMS_KEPT = 50;
const REFRESH_MS = 800;

/** The queries as the table of events sees them. */
export function createCache(client: QueryClient): Cache {
  const refresh = refresher(client);
  return {
    putCall: (call) => putCall(client, refresh, call),
    ...hallCache(client, refresh),
    putTicket: (ticket, change) => putTicket(client, refresh, ticket, change),
    addTimelineItem: (ticketId, item) => addTimelineItem(client, refresh, ticketId, item),
    removeTicket: (ticketId) => removeTicket(client, refresh, ticketId),
    raiseAlarm(alarm) {
      client.setQueryData<Alarm[]>(keys.alarms, (known = []) =>
        known.some((one) => one.id === alarm.id) ? known : [alarm, ...known].slice(0, ALARMS_KEPT),
      );
    },
    refreshDirectory: () => {
      void client.invalidateQueries({ queryKey: keys.entries });
      void client.invalidateQueries({ queryKey: keys.editing });
    },
    refreshRecordings: () => void client.invalidateQueries({ queryKey: keys.allRecordings }),
    refreshEditing: () => void client.invalidateQueries({ queryKey: keys.editing }),
    refreshMatters: () => refresh(proxyKeys.all),
    refreshCanned: () => refresh(keys.canned),
    putOrder(order) {
      putOrder(client, order);
      refresh(dispatchKeys.orders);
    },
    refreshInbox(accountId) {
      const me = client.getQueryData<Me>(keys.me);
      if (me?.account_id === accountId) refresh(deskKeys.inbox);
    },
    refreshAccounts: () => refresh(dispatchKeys.accounts),
    refreshPeople: () => refresh(keys.people),
    refreshTexts() {
      refresh(keys.texts);
      refresh(keys.letters);
    },
    refreshMessages: () => refresh(deskKeys.parts("messages")),
  };
}

/** A change of our own and an event are folded in alike. */
export function putTicket(
  client: QueryClient,
  refresh: (key: QueryKey) => void,
  arrived: Ticket | TicketEvent,
  change: "opened" | "changed",
): void {
  const ticket = withMoves(client.getQueryData<Ticket>(keys.ticket(arrived.id)), arrived);
  client.setQueryData<Ticket>(keys.ticket(ticket.id), (known) => fresher(known, ticket));
  if (!("moves" in arrived)) refresh(keys.ticket(ticket.id));
  client.setQueryData<Page<Ticket>>(keys.latestTickets, (page) => {
    if (!page) return page;
    if (change === "changed") return { ...page, items: changed(page.items, ticket) };
    return { ...page, items: upserted(page.items, ticket).slice(0, LATEST_TICKETS) };
  });
  client.setQueriesData<InfiniteData<Page<Ticket>>>(
    { queryKey: keys.ticketLists },
    (list) =>
      list && {
        ...list,
        pages: list.pages.map((page) => ({ ...page, items: changed(page.items, ticket) })),
      },
  );
  refresh(keys.ticketLists);
  refresh(deskKeys.counts);
  refresh(keys.timeline(ticket.id));
  if (change === "changed" && belongsToLatest(client, ticket)) refresh(keys.latestTickets);
  refetchIfFetching(client, refresh, keys.latestTickets);
}

/**
 * Marks queries stale at most once per REFRESH_MS each, so that a busy minute of events is a few
 * fetches of the list in view and none of the others.
 */
export function refresher(client: QueryClient): (key: QueryKey) => void {
  const waiting = new Set<string>();
  return (key) => {
    const name = JSON.stringify(key);
    if (waiting.has(name)) return;
    waiting.add(name);
    setTimeout(() => {
      waiting.delete(name);
      void client.invalidateQueries({ queryKey: key });
    }, REFRESH_MS);
  };
}

/** The answer to a command and an event are folded in alike. */
export function putCall(client: QueryClient, refresh: (key: QueryKey) => void, call: Call): void {
  client.setQueryData<Call>(keys.call(call.id), (known) => fresher(known, call));
  client.setQueryData<Page<Call>>(keys.liveCalls, (page) => {
    if (!page) return page;
    const others = page.items.filter((one) => one.id !== call.id);
    if (call.status === "ended") return { ...page, items: others };
    return { ...page, items: upserted(page.items, call).sort(byStart) };
  });
  seatMayChange(client, call);
  refetchIfFetching(client, refresh, keys.liveCalls);
}

function addTimelineItem(
  client: QueryClient,
  refresh: (key: QueryKey) => void,
  ticketId: string,
  item: TimelineItem,
): void {
  const key = keys.timeline(ticketId);
  client.setQueryData<{ items: TimelineItem[] }>(key, (timeline) => {
    if (!timeline || timeline.items.some((one) => one.id === item.id)) return timeline;
    return { items: [...timeline.items, item] };
  });
  refetchIfFetching(client, refresh, key);
}

function removeTicket(
  client: QueryClient,
  refresh: (key: QueryKey) => void,
  ticketId: string,
): void {
  client.setQueryData<Page<Ticket>>(
    keys.latestTickets,
    (page) => page && { ...page, items: page.items.filter((one) => one.id !== ticketId) },
  );
  void client.resetQueries({ queryKey: keys.ticket(ticketId) });
  refresh(keys.ticketLists);
  refresh(deskKeys.counts);
}

/** A move can bring a ticket into view that was not opened here: recent enough, it is listed. */
function belongsToLatest(client: QueryClient, ticket: Ticket): boolean {
  const items = client.getQueryData<Page<Ticket>>(keys.latestTickets)?.items ?? [];
  if (items.some((one) => one.id === ticket.id)) return false;
  const oldest = items.at(-1);
  return items.length < LATEST_TICKETS || !oldest || ticket.created_at > oldest.created_at;
}

/** Events do not say what this viewer may do next: until that is fetched, what was known holds. */
function withMoves(known: Ticket | undefined, arrived: Ticket | TicketEvent): Ticket {
  if ("moves" in arrived) return arrived;
  return { ...arrived, moves: known?.status === arrived.status ? known.moves : [] };
}

/** An answer under way may be older than the event: ask once more when it is here. */
function refetchIfFetching(
  client: QueryClient,
  refresh: (key: QueryKey) => void,
  key: QueryKey,
): void {
  if (client.isFetching({ queryKey: key }) > 0) refresh(key);
}
