import { useInfiniteQuery, useQuery } from "@tanstack/vue-query";
import { retention } from "@/api/retention";

/** No event tells of these: they are fetched whenever they are shown. */
export function useRetentionTerms() {
  return useQuery({
    queryKey: ["retention-terms"],
    queryFn: ({ signal }) => retention.terms(signal),
    staleTime: 0,
  });
}

export function useHolds() {
  return useInfiniteQuery({
    queryKey: ["legal-holds"],
    queryFn: ({ signal, pageParam }) => retention.holds(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    staleTime: 0,
  });
}
