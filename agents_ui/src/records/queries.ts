import {
  keepPreviousData,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
  type QueryClient,
} from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import {
  calls,
  directory,
  sessions,
  tickets,
  type EntryFilter,
  type TicketFilter,
} from "@/api/hotline";
import type { Call, Organization, Page, SuggestIn, Ticket } from "@/api/types";
import { LATEST_TICKETS } from "./cache";
import { fresher } from "./fold";
import { keys } from "./keys";

const PAGE = 50;

type Id = MaybeRefOrGetter<string | null>;

export function useMe() {
  return useQuery({ queryKey: keys.me, queryFn: ({ signal }) => sessions.me(signal) });
}

export function useLiveCalls() {
  const client = useQueryClient();
  return useQuery({
    queryKey: keys.liveCalls,
    queryFn: async ({ signal }) => {
      const page = await calls.live(signal);
      const items = page.items.map((call) =>
        fresher(known<Call>(client, keys.call(call.id)), call),
      );
      for (const call of items) client.setQueryData(keys.call(call.id), call);
      return { ...page, items: items.filter((call) => call.status !== "ended") };
    },
  });
}

export function useCall(id: Id) {
  const client = useQueryClient();
  return useQuery({
    queryKey: computed(() => keys.call(toValue(id) ?? "")),
    // By its key: what is asked for may have changed since it was marked.
    queryFn: async ({ queryKey, signal }) => {
      const wanted = queryKey[2];
      return fresher(known<Call>(client, keys.call(wanted)), await calls.one(wanted, signal));
    },
    enabled: () => Boolean(toValue(id)),
  });
}

export function useLatestTickets() {
  const client = useQueryClient();
  return useQuery({
    queryKey: keys.latestTickets,
    queryFn: async ({ signal }) =>
      newest(client, await tickets.list({}, null, LATEST_TICKETS, signal)),
  });
}

export function useTicketList(filter: MaybeRefOrGetter<TicketFilter>) {
  const client = useQueryClient();
  return useInfiniteQuery({
    queryKey: computed(() => keys.ticketList(toValue(filter))),
    queryFn: async ({ signal, pageParam }) =>
      newest(client, await tickets.list(toValue(filter), pageParam, PAGE, signal)),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });
}

export function useTicket(id: Id) {
  const client = useQueryClient();
  return useQuery({
    queryKey: computed(() => keys.ticket(toValue(id) ?? "")),
    // By its key: what is asked for may have changed since it was marked.
    queryFn: async ({ queryKey, signal }) => {
      const wanted = queryKey[2];
      return fresher(known<Ticket>(client, keys.ticket(wanted)), await tickets.one(wanted, signal));
    },
    enabled: () => Boolean(toValue(id)),
  });
}

export function useTimeline(id: Id) {
  return useQuery({
    queryKey: computed(() => keys.timeline(toValue(id) ?? "")),
    queryFn: ({ signal }) => tickets.timeline(toValue(id) ?? "", signal),
    enabled: () => Boolean(toValue(id)),
  });
}

export function useEntryList(filter: MaybeRefOrGetter<EntryFilter>) {
  return useInfiniteQuery({
    queryKey: computed(() => keys.entryList(toValue(filter))),
    queryFn: ({ signal, pageParam }) => directory.entries(toValue(filter), pageParam, PAGE, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });
}

export function useEntry(id: Id) {
  return useQuery({
    queryKey: computed(() => keys.entry(toValue(id) ?? "")),
    queryFn: ({ signal }) => directory.entry(toValue(id) ?? "", signal),
    enabled: () => Boolean(toValue(id)),
  });
}

export function useOrganizations(enabled: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: keys.organizations,
    queryFn: ({ signal }) => everyOrganization(signal),
    enabled: () => toValue(enabled),
  });
}

export function useSubjects() {
  return useQuery({ queryKey: keys.subjects, queryFn: ({ signal }) => directory.subjects(signal) });
}

export function useSuggestions(about: MaybeRefOrGetter<SuggestIn>) {
  return useQuery({
    queryKey: computed(() => keys.suggestions(toValue(about))),
    queryFn: ({ signal }) => tickets.suggest(toValue(about), signal),
    enabled: () => toValue(about).text.length > 1,
    placeholderData: keepPreviousData,
  });
}

async function everyOrganization(signal: AbortSignal): Promise<Organization[]> {
  const all: Organization[] = [];
  let after: string | null = null;
  do {
    const page: Page<Organization> = await directory.organizations(after, signal);
    all.push(...page.items);
    after = page.next;
  } while (after);
  return all;
}

function newest(client: QueryClient, page: Page<Ticket>): Page<Ticket> {
  const items = page.items.map((one) => fresher(known<Ticket>(client, keys.ticket(one.id)), one));
  return { ...page, items };
}

function known<T>(client: QueryClient, key: readonly unknown[]): T | undefined {
  return client.getQueryData<T>(key);
}
