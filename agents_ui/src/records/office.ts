import { useInfiniteQuery, useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { office, wording, type AuditFilter } from "@/api/office";
import { letters } from "@/api/rules";
import { keys } from "./keys";

/** No event tells of all of these: they are fetched whenever they are shown. */
const FRESH = { staleTime: 0 } as const;

export function useGaps(days: MaybeRefOrGetter<number>) {
  return useQuery({
    queryKey: computed(() => keys.gaps(toValue(days))),
    queryFn: ({ signal }) => wording.gaps(toValue(days), signal),
    ...FRESH,
  });
}

/** Told by an event when they change, as the letters are. */
export function useTexts() {
  return useQuery({ queryKey: keys.texts, queryFn: ({ signal }) => wording.texts(signal) });
}

/** The texts of messages. */
export function useLetters() {
  return useQuery({ queryKey: keys.letters, queryFn: ({ signal }) => letters.all(signal) });
}

export function useTextHistory(key: MaybeRefOrGetter<string | null>) {
  return useQuery({
    queryKey: computed(() => keys.textHistory(toValue(key) ?? "")),
    queryFn: ({ queryKey, signal }) => wording.history(queryKey[2], signal),
    enabled: () => Boolean(toValue(key)),
    ...FRESH,
  });
}

export function useJobs() {
  return useInfiniteQuery({
    queryKey: keys.jobs,
    queryFn: ({ signal, pageParam }) => office.jobs(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    ...FRESH,
  });
}

export function useAudit(wanted: MaybeRefOrGetter<AuditFilter>) {
  return useInfiniteQuery({
    queryKey: computed(() => [...keys.audit, toValue(wanted)]),
    queryFn: ({ signal, pageParam }) => office.audit(pageParam, toValue(wanted), signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    ...FRESH,
  });
}
