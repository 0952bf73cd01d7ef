import type { QueryClient, QueryKey } from "@tanstack/vue-query";
import type {
  Call,
  Incident,
  Me,
  Offer,
  Page,
  Presence,
  PresenceChange,
  Queue,
  Seat,
} from "@/api/types";
import type { Cache } from "@/realtime/handlers";
import { fresher } from "./fold";
import { keys } from "./keys";

type HallCache = Pick<Cache, "putOffer" | "endOffer" | "putQueue" | "putIncident" | "putPresence">;

/** Seats, lines and incidents as events change them. */
export function hallCache(client: QueryClient, refresh: (key: QueryKey) => void): HallCache {
  return {
    putOffer(offer) {
      // The list of agents shows whom a call is offered to.
      refresh(keys.agents);
      putOffer(client, offer);
    },
    endOffer({ account_id }) {
      refresh(keys.agents);
      if (account_id !== client.getQueryData<Me>(keys.me)?.account_id) return;
      void client.invalidateQueries({ queryKey: keys.offer });
      void client.invalidateQueries({ queryKey: keys.seat });
    },
    putQueue: (queue) => putQueue(client, refresh, queue),
    putIncident: (incident) => putIncident(client, incident),
    putPresence(change) {
      putPresence(client, change);
      refresh(keys.agents);
      // A line shows how its desk's agents stand, and no event of the line tells of that.
      refresh(keys.queues);
    },
  };
}

/** What one's own call does may take it from one's seat: the service knows. */
export function seatMayChange(client: QueryClient, call: Call): void {
  const mine = client.getQueryData<Me>(keys.me)?.account_id;
  const isOurs =
    client.getQueryData<Seat>(keys.seat)?.call_id === call.id ||
    (mine !== undefined && call.parties.some(({ account_id }) => account_id === mine));
  if (isOurs) void client.invalidateQueries({ queryKey: keys.seat });
  if (client.getQueryData<Offer | null>(keys.offer)?.call.id === call.id)
    void client.invalidateQueries({ queryKey: keys.offer });
}

function putOffer(client: QueryClient, offer: Offer): void {
  if (offer.account_id !== client.getQueryData<Me>(keys.me)?.account_id) return;
  client.setQueryData<Offer | null>(keys.offer, offer);
  client.setQueryData<Call>(keys.call(offer.call.id), (known) =>
    fresher(known, offer.call as Call),
  );
  client.setQueryData<Seat>(keys.seat, (seat) => seat && { ...seat, call_id: offer.call.id });
  void client.invalidateQueries({ queryKey: keys.seat });
}

/** A line is there from its first caller on: where it stands among the others, the service says. */
function putQueue(client: QueryClient, refresh: (key: QueryKey) => void, queue: Queue): void {
  const known = client.getQueryData<Page<Queue>>(keys.queues);
  if (known && !known.items.some(({ id }) => id === queue.id)) return refresh(keys.queues);
  client.setQueryData<Page<Queue>>(
    keys.queues,
    (page) =>
      page && { ...page, items: page.items.map((one) => (one.id === queue.id ? queue : one)) },
  );
}

function putIncident(client: QueryClient, incident: Incident): void {
  client.setQueryData<Page<Incident>>(keys.incidents, (page) => {
    if (!page) return page;
    const known = page.items.find(({ id }) => id === incident.id);
    const others = page.items.filter(({ id }) => id !== incident.id);
    const newest = fresher(known, incident);
    return { ...page, items: isOpen(newest) ? [newest, ...others] : others };
  });
}

const isOpen = ({ status }: Incident) => status === "proposed" || status === "active";

function putPresence(client: QueryClient, change: PresenceChange): void {
  const { account_id, state, reason, since } = change;
  const presence: Presence = { state, reason, since };
  if (client.getQueryData<Me>(keys.me)?.account_id === account_id) {
    client.setQueryData<Me>(keys.me, (me) => me && { ...me, presence });
    void client.invalidateQueries({ queryKey: keys.seat });
  }
  client.setQueryData<Page<Seat>>(
    keys.agents,
    (page) =>
      page && {
        ...page,
        items: page.items.map((seat) =>
          seat.account_id === account_id
            ? { ...seat, state: state as Seat["state"], reason, since }
            : seat,
        ),
      },
  );
}
