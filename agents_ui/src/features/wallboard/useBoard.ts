import { useQuery, useQueryClient } from "@tanstack/vue-query";
import { computed, onScopeDispose } from "vue";
import { stats } from "@/api/stats";
import { usePreferences } from "@/preferences";
import { useQueues } from "@/records/hall";
import { keys } from "@/records/keys";
import { useLatestTickets, useLiveCalls } from "@/records/queries";

/** What moves by itself (waiting times, the forecast) is asked this often. */
const EVERY_MS = 15_000;
/** News come in bursts: however many, the board asks once in this time. */
const GATHER_MS = 1_500;
const NEWS: readonly unknown[] = ["calls", "tickets", "queues", "incidents", "agents", "alarms"];

/** The board, asked anew soon after the socket tells of a call, a ticket, a queue. */
export function useBoard() {
  const client = useQueryClient();
  const preferences = usePreferences();
  const board = useQuery({
    queryKey: computed(() => keys.stats("board", { lang: preferences.locale })),
    queryFn: ({ signal }) => stats.board({ lang: preferences.locale }, signal),
    placeholderData: (before) => before,
    refetchInterval: EVERY_MS,
    staleTime: 0,
  });
  // Events change what is in the cache: these put there what the board is about.
  useQueues();
  useLiveCalls();
  useLatestTickets();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = client.getQueryCache().subscribe(({ type, query }) => {
    if (type !== "updated" || timer || !NEWS.includes(query.queryKey[0])) return;
    timer = setTimeout(() => {
      timer = undefined;
      void board.refetch();
    }, GATHER_MS);
  });
  onScopeDispose(() => {
    stop();
    clearTimeout(timer);
  });
  return board;
}
