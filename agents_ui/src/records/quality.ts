import { useInfiniteQuery, useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { quality, reports, type SampleRule } from "@/api/stats";
import { keys } from "./keys";

export function useCard() {
  return useQuery({
    queryKey: keys.stats("card"),
    queryFn: ({ signal }) => quality.card(signal),
  });
}

/** A sample is drawn anew whenever it is asked for. */
export function useSample(rule: MaybeRefOrGetter<SampleRule>, enabled: () => boolean) {
  return useQuery({
    queryKey: computed(() => keys.stats("sample", { rule: toValue(rule) })),
    queryFn: ({ signal }) => quality.sample(toValue(rule), 30, signal),
    enabled,
    staleTime: 0,
  });
}

export function useReviews() {
  return useInfiniteQuery({
    queryKey: keys.stats("reviews"),
    queryFn: ({ signal, pageParam }) => quality.reviews(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    staleTime: 0,
  });
}

export function useCalibration() {
  return useQuery({
    queryKey: keys.stats("calibration"),
    queryFn: ({ signal }) => quality.calibration(signal),
    staleTime: 0,
  });
}

export function useReports() {
  return useQuery({
    queryKey: keys.stats("reports"),
    queryFn: ({ signal }) => reports.list(signal),
    staleTime: 0,
  });
}
