import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { calls } from "@/api/hotline";
import { proxy, type Matter, type MatterFilter } from "@/api/proxy";
import { useAction } from "./actions";

export const proxyKeys = {
  all: ["proxy"] as const,
  lists: ["proxy", "list"] as const,
  list: (filter: MatterFilter) => ["proxy", "list", filter] as const,
  one: (id: string) => ["proxy", "one", id] as const,
  statement: (entryId: string) => ["proxy", "statement", entryId] as const,
  calls: ["proxy", "calls"] as const,
};

export function useMatters(filter: MaybeRefOrGetter<MatterFilter>) {
  return useInfiniteQuery({
    queryKey: computed(() => proxyKeys.list(toValue(filter))),
    queryFn: ({ signal, pageParam }) => proxy.list(toValue(filter), pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
}

export function useMatter(id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => proxyKeys.one(toValue(id))),
    queryFn: ({ signal }) => proxy.one(toValue(id), signal),
    staleTime: 0,
  });
}

export function useStatement(entryId: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => proxyKeys.statement(toValue(entryId))),
    queryFn: ({ signal }) => proxy.statement(toValue(entryId), signal),
    enabled: () => Boolean(toValue(entryId)),
  });
}

/** The calls that an authorization by telephone can stand in, newest first. */
export function useRecentCalls(enabled: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: proxyKeys.calls,
    queryFn: ({ signal }) => calls.recent(signal),
    enabled: () => toValue(enabled),
    staleTime: 0,
  });
}

/** A change of a matter: what it answers is the newest state. */
export function useMatterAction<Input>(
  run: (input: Input) => Promise<Matter>,
  done: (matter: Matter, input: Input) => void,
  showsInvalid?: (error: unknown) => void,
) {
  const client = useQueryClient();
  return useAction<Input, Matter>({
    run,
    done(matter, input) {
      client.setQueryData(proxyKeys.one(matter.id), matter);
      void client.invalidateQueries({ queryKey: proxyKeys.lists });
      done(matter, input);
    },
    failed(error) {
      void client.invalidateQueries({ queryKey: proxyKeys.all });
      showsInvalid?.(error);
    },
    showsInvalid: showsInvalid !== undefined,
  });
}
