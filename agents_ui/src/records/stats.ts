import { useInfiniteQuery, useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { stats, type CellQuery, type PivotQuery, type Span, type WhatIf } from "@/api/stats";
import type { Call, Ticket } from "@/api/types";
import { usePreferences } from "@/preferences";
import { keys } from "./keys";

/** Roll-ups follow the day by themselves: what is shown is asked anew each minute. */
const EACH_MINUTE = { staleTime: 30_000, refetchInterval: 60_000 } as const;

export function useDefinitions() {
  return useQuery({
    queryKey: keys.stats("definitions"),
    queryFn: ({ signal }) => stats.definitions(signal),
  });
}

export function useKpis(span: MaybeRefOrGetter<Span>) {
  return useQuery({
    queryKey: computed(() => keys.stats("kpis", toValue(span))),
    queryFn: ({ signal }) => stats.kpis(toValue(span), signal),
    placeholderData: (before) => before,
    ...EACH_MINUTE,
  });
}

export function useSeries(span: MaybeRefOrGetter<Span>, kpi: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => keys.stats("series", { ...toValue(span), kpi: toValue(kpi) })),
    queryFn: ({ signal }) =>
      stats.series(toValue(span), toValue(kpi), stepOf(toValue(span)), signal),
    placeholderData: (before) => before,
    ...EACH_MINUTE,
  });
}

export function useHeat(span: MaybeRefOrGetter<Span>, measure: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => keys.stats("heat", { ...toValue(span), measure: toValue(measure) })),
    queryFn: ({ signal }) => stats.heat(toValue(span), toValue(measure), signal),
    placeholderData: (before) => before,
    ...EACH_MINUTE,
  });
}

export function usePivot(query: MaybeRefOrGetter<PivotQuery>) {
  const preferences = usePreferences();
  const asked = computed(() => ({ ...toValue(query), lang: preferences.locale }));
  return useQuery({
    queryKey: computed(() => keys.stats("pivot", asked.value)),
    queryFn: ({ signal }) => stats.pivot(asked.value, signal),
    placeholderData: (before) => before,
    ...EACH_MINUTE,
  });
}

export function useTopics(span: MaybeRefOrGetter<Span>) {
  const preferences = usePreferences();
  const asked = computed(() => {
    const { to, organization } = toValue(span);
    return { on: to, organization, lang: preferences.locale };
  });
  return useQuery({
    queryKey: computed(() => keys.stats("topics", asked.value)),
    queryFn: ({ signal }) => stats.topics(asked.value, signal),
    ...EACH_MINUTE,
  });
}

export function useRepeatCallers(span: MaybeRefOrGetter<Span>) {
  return useQuery({
    queryKey: computed(() => keys.stats("repeat-callers", toValue(span))),
    queryFn: ({ signal }) => stats.repeatCallers(toValue(span), signal),
    ...EACH_MINUTE,
  });
}

export function useStaffing(query: MaybeRefOrGetter<WhatIf>) {
  return useQuery({
    queryKey: computed(() => keys.stats("staffing", toValue(query))),
    queryFn: ({ signal }) => stats.staffing(toValue(query), signal),
    placeholderData: (before) => before,
  });
}

/** Calls of today against the forecast. */
export function useLoad() {
  return useQuery({
    queryKey: keys.stats("load"),
    queryFn: ({ signal }) => stats.load(signal),
    staleTime: 10_000,
    refetchInterval: 20_000,
  });
}

/** The tickets or calls behind a number. */
export function useRows(cell: MaybeRefOrGetter<CellQuery | null>, isOfCalls: () => boolean) {
  return useInfiniteQuery({
    queryKey: computed(() => keys.stats("rows", toValue(cell) ?? {})),
    queryFn: async ({ signal, pageParam }): Promise<RowPage> => {
      const asked = toValue(cell);
      if (!asked) return { tickets: [], calls: [], next: null };
      if (isOfCalls()) {
        const { items, next } = await stats.calls(asked, pageParam, signal);
        return { tickets: [], calls: items, next };
      }
      const { items, next } = await stats.tickets(asked, pageParam, signal);
      return { tickets: items, calls: [], next };
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    enabled: () => toValue(cell) !== null,
    staleTime: 0,
  });
}

interface RowPage {
  tickets: Ticket[];
  calls: Call[];
  next: string | null;
}

const DAY_MS = 86_400_000;

/** A year by days is a blur: longer spans go by months. */
export function stepOf({ from, to }: Span): "day" | "week" | "month" {
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  if (days <= 62) return "day";
  return days <= 200 ? "week" : "month";
}
