import { useInfiniteQuery, useQuery } from "@tanstack/vue-query";
import { accounts, exports, sso } from "@/api/accounts";
import { keys } from "./keys";

/** No event tells of these: they are fetched whenever they are shown. */
const FRESH = { staleTime: 0 } as const;

export function useAccounts() {
  return useInfiniteQuery({
    queryKey: keys.people,
    queryFn: ({ signal, pageParam }) => accounts.list(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    ...FRESH,
  });
}

export function useExports() {
  return useInfiniteQuery({
    queryKey: ["exports"],
    queryFn: ({ signal, pageParam }) => exports.list(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    ...FRESH,
  });
}

export function useSsoName() {
  return useQuery({ queryKey: ["sso"], queryFn: () => sso.name(), retry: false });
}
