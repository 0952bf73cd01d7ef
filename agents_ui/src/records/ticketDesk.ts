import { useQuery, useQueryClient } from "@tanstack/vue-query";
import { computed, onBeforeUnmount, onMounted, ref, toValue, type MaybeRefOrGetter } from "vue";
import { care, inbox, views, type Viewer } from "@/api/ticketDesk";

type Id = MaybeRefOrGetter<string>;

const LOOK_MS = 15_000;
const COUNT_MS = 20_000;

export const deskKeys = {
  views: ["ticket-views"] as const,
  inbox: ["inbox"] as const,
  counts: ["tickets", "counts"] as const,
  parts: (what: string) => ["tickets", what] as const,
  part: (what: string, id: string) => ["tickets", what, id] as const,
};

export function useViews() {
  return useQuery({ queryKey: deskKeys.views, queryFn: ({ signal }) => views.all(signal) });
}

export function useInbox(enabled: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: deskKeys.inbox,
    queryFn: ({ signal }) => inbox.read(signal),
    enabled: () => toValue(enabled),
  });
}

export function useCounts() {
  return useQuery({
    queryKey: deskKeys.counts,
    queryFn: ({ signal }) => care.counts(signal),
    refetchInterval: COUNT_MS,
  });
}

export const useOutcomes = (id: Id) => usePart("outcomes", id, care.outcomes);
export const useSentMessages = (id: Id) => usePart("messages", id, care.messages);
export const useFiles = (id: Id) => usePart("files", id, care.files);
export const useWatchers = (id: Id) => usePart("watchers", id, care.watchers);
export const useUnsealings = (id: Id) => usePart("unsealings", id, care.unsealings);

/** A part of a ticket that no event carries: fetched whenever it is shown. */
function usePart<T>(what: string, id: Id, fetch: (id: string, signal?: AbortSignal) => Promise<T>) {
  return useQuery({
    queryKey: computed(() => deskKeys.part(what, toValue(id))),
    queryFn: ({ signal }) => fetch(toValue(id), signal),
    staleTime: 0,
  });
}

/** Says that one is here, and who else is; silent while the page is hidden. */
export function useOthersHere(id: Id, isWriting: () => boolean, enabled: () => boolean) {
  const others = ref<Viewer[]>([]);
  let timer: ReturnType<typeof setInterval> | undefined;

  async function look(): Promise<void> {
    if (!enabled() || document.hidden) return;
    const found = await care.lookIn(toValue(id), isWriting()).catch(() => null);
    if (found) others.value = found.items;
  }

  onMounted(() => {
    void look();
    timer = setInterval(() => void look(), LOOK_MS);
  });
  onBeforeUnmount(() => {
    clearInterval(timer);
    if (enabled()) void care.leave(toValue(id)).catch(() => undefined);
  });
  return { others, look };
}

/** Marks the parts of a ticket stale after a change that no event tells of. */
export function useFreshParts() {
  const client = useQueryClient();
  return (what: string, id: string) =>
    void client.invalidateQueries({ queryKey: deskKeys.part(what, id) });
}
