import { useQuery, useQueryClient } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { hall, incidents } from "@/api/phone";
import type { Offer } from "@/api/types";
import { keys } from "./keys";

/** While a call is at the seat, news that were lost are made up for. */
const LOOK_AGAIN_MS = 4_000;

export function useSeat(enabled: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: keys.seat,
    queryFn: ({ signal }) => hall.seat(signal),
    enabled: () => toValue(enabled),
    refetchInterval: (query) => (query.state.data?.call_id ? LOOK_AGAIN_MS : false),
  });
}

/** What is known of whoever calls; it does not change while they call. */
export function usePast(callId: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => keys.past(toValue(callId))),
    queryFn: ({ queryKey, signal }) => hall.past(queryKey[1], signal),
  });
}

/** The last offer to this agent; the seat says whether it still stands. */
export function useOffer(enabled: MaybeRefOrGetter<boolean>) {
  return useQuery<Offer | null>({
    queryKey: keys.offer,
    queryFn: async ({ signal }) => (await hall.offers(signal)).items[0] ?? null,
    enabled: () => toValue(enabled),
  });
}

export function useQueues(enabled: MaybeRefOrGetter<boolean> = true) {
  return useQuery({
    queryKey: keys.queues,
    queryFn: ({ signal }) => hall.queues(signal),
    enabled: () => toValue(enabled),
    // The share in time moves with the clock, without an event.
    refetchInterval: 30_000,
  });
}

export function useAgents(enabled: MaybeRefOrGetter<boolean> = true) {
  return useQuery({
    queryKey: keys.agents,
    queryFn: ({ signal }) => hall.agents(signal),
    enabled: () => toValue(enabled),
  });
}

export function useIncidents() {
  return useQuery({
    queryKey: keys.incidents,
    queryFn: ({ signal }) => incidents.open(signal),
  });
}

/** Fetches what a command may have changed and no event tells of. */
export function useHallRefresh() {
  const client = useQueryClient();
  return (callId?: string) => {
    void client.invalidateQueries({ queryKey: keys.seat });
    if (callId) void client.invalidateQueries({ queryKey: keys.call(callId) });
  };
}
