import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import {
  announcements,
  corrections,
  drafts,
  forms,
  imports,
  shortCodes,
  standings,
} from "@/api/editing";
import type { Draft, StandingWant } from "@/api/types";
import { keys } from "./keys";

/** Also fetched whenever it is shown: not every change is told by an event. */
const FRESH = { staleTime: 0 } as const;
const CHECKING_MS = 600;

export const OPEN_STATES = ["draft", "in_review", "returned"] as const;

export function useDrafts(states: MaybeRefOrGetter<readonly string[]>) {
  return useQuery({
    queryKey: computed(() => keys.drafts(toValue(states).join(","))),
    queryFn: ({ signal }) => drafts.list(toValue(states), signal),
    ...FRESH,
  });
}

export function useDraft(id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => keys.draft(toValue(id))),
    queryFn: ({ signal }) => drafts.one(toValue(id), signal),
    ...FRESH,
  });
}

export function useDraftForms(id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => keys.draftForms(toValue(id))),
    queryFn: ({ signal }) => forms.list(toValue(id), signal),
    ...FRESH,
  });
}

/** What a change answers is the newest state of the draft. */
export function usePutDraft() {
  const client = useQueryClient();
  return (draft: Draft) => {
    client.setQueryData(keys.draft(draft.id), draft);
    void client.invalidateQueries({ queryKey: ["editing", "drafts"] });
    void client.invalidateQueries({ queryKey: ["editing", "standings"] });
  };
}

export function useStandings(want: MaybeRefOrGetter<StandingWant>, q: MaybeRefOrGetter<string>) {
  return useInfiniteQuery({
    queryKey: computed(() => keys.standings(toValue(want), toValue(q))),
    queryFn: ({ signal, pageParam }) =>
      standings.list(toValue(want), toValue(q), pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    ...FRESH,
  });
}

export function useCoverage() {
  return useQuery({
    queryKey: keys.coverage,
    queryFn: ({ signal }) => standings.coverage(signal),
    ...FRESH,
  });
}

export function useVersions(entryId: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => keys.versions(toValue(entryId))),
    queryFn: ({ signal }) => standings.versions(toValue(entryId), signal),
    ...FRESH,
  });
}

export function useCorrections(state: MaybeRefOrGetter<string>) {
  return useInfiniteQuery({
    queryKey: computed(() => keys.corrections(toValue(state))),
    queryFn: ({ signal, pageParam }) => corrections.list(toValue(state), pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    ...FRESH,
  });
}

export function useImports() {
  return useQuery({
    queryKey: keys.imports,
    queryFn: ({ signal }) => imports.list(signal),
    ...FRESH,
  });
}

/** While the service works on a file, its progress is looked at again and again. */
export function useEntryImport(id: MaybeRefOrGetter<string | null>) {
  return useQuery({
    queryKey: computed(() => keys.entryImport(toValue(id) ?? "")),
    queryFn: ({ signal }) => imports.one(toValue(id) ?? "", signal),
    enabled: () => Boolean(toValue(id)),
    refetchInterval: (query) =>
      ["checking", "applying"].includes(query.state.data?.state ?? "") ? CHECKING_MS : false,
    ...FRESH,
  });
}

export function useShortCodes() {
  return useQuery({
    queryKey: keys.shortCodes,
    queryFn: ({ signal }) => shortCodes.list(signal),
    ...FRESH,
  });
}

export function useAnnouncements(span: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => keys.announcements(toValue(span))),
    queryFn: ({ signal }) => announcements.list(toValue(span), signal),
    ...FRESH,
  });
}
