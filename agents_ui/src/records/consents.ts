import { useInfiniteQuery } from "@tanstack/vue-query";
import type { Ref } from "vue";
import { consents, type ConsentSearch } from "@/api/consents";

/** No event tells of these: they are fetched whenever they are shown. */
export function useConsents(sought: Ref<ConsentSearch>) {
  return useInfiniteQuery({
    queryKey: ["consents", sought],
    queryFn: ({ signal, pageParam }) => consents.search(sought.value, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    staleTime: 0,
  });
}
