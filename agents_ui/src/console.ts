import { MutationCache, QueryCache, QueryClient } from "@tanstack/vue-query";
import { HotlineError, isCode } from "@/api/errors";
import type { Me } from "@/api/types";
import { createCache } from "@/records/cache";
import { useDrafts } from "@/records/drafts";
import { usePreferences } from "@/preferences";
import { keys } from "@/records/keys";
import { connectLive } from "@/realtime/live";
import { createSession, type SessionControl } from "@/session";

const RETRIES = 2;

/** The parts that live as long as the page: the queries, the session, the line to the service. */
export function createConsole(): { client: QueryClient; session: SessionControl } {
  const over = (error: unknown) => {
    if (isCode(error, "not_signed_in")) session.ended();
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: over }),
    mutationCache: new MutationCache({ onError: over }),
    defaultOptions: {
      // Events keep what is shown true: nothing is fetched again just because it is shown again.
      queries: {
        staleTime: Infinity,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        retry,
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });
  const connection = connectLive(client, createCache(client), () => session.ended());
  const session: SessionControl = createSession({
    begin: (me: Me) => {
      client.setQueryData(keys.me, me);
      if (me.scopes.includes("events:read")) connection.start();
    },
    end: () => {
      connection.stop();
      client.clear();
      useDrafts().clear();
      // Signing out empties the browser's store; how this person likes it is not a secret.
      usePreferences().keep();
    },
    me: () => client.ensureQueryData({ queryKey: keys.me, queryFn: session.fetchMe }),
  });
  return { client, session };
}

/** Refusals are final; silence is tried again. */
function retry(failures: number, error: unknown): boolean {
  const isFinal = error instanceof HotlineError && error.status >= 400 && error.status < 500;
  return !isFinal && failures < RETRIES;
}
