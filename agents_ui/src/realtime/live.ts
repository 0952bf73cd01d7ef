import type { QueryClient } from "@tanstack/vue-query";
import { defineStore } from "pinia";
import { ref, watch } from "vue";
import { API } from "@/api/client";
import { HotlineError, isCode } from "@/api/errors";
import { sessions } from "@/api/hotline";
import { Connection, type ConnectionState, type Socket } from "./connection";
import { applyEvent, type Cache } from "./handlers";

/** How the line to the service stands, for everybody who shows it. */
export const useLine = defineStore("line", () => {
  const state = ref<ConnectionState>("idle");
  /** Once this console has been live, a cut is news. */
  const wasLive = ref(false);
  const hurry = ref<() => void>(() => {});
  watch(state, (now) => {
    if (now === "live") wasLive.value = true;
    if (now === "idle") wasLive.value = false;
  });
  return { state, wasLive, hurry };
});

/** The connection of this console, over the browser's socket, clock and queries. */
export function connectLive(client: QueryClient, cache: Cache, signedOut: () => void): Connection {
  const line = useLine();
  const connection = new Connection({
    open: () => new WebSocket(socketAddress()) as unknown as Socket,
    later: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    random: Math.random,
    reload: () => reloadEverything(client),
    isSignedIn,
    apply: (event) => applyEvent(cache, event.name, event.payload),
    changed(state) {
      line.state = state;
      if (state === "signed_out") signedOut();
    },
  });
  line.hurry = () => connection.hurry();
  window.addEventListener("online", () => connection.hurry());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") connection.hurry();
  });
  return connection;
}

/** Fetches what is on the screen now; the rest is marked, and fetched when it is shown. */
export async function reloadEverything(client: QueryClient): Promise<void> {
  await client.invalidateQueries({ refetchType: "none" });
  await client.refetchQueries({ type: "active" });
  const failed = client
    .getQueryCache()
    .findAll({ type: "active" })
    .some(({ state }) => state.status === "error" && isOutage(state.error));
  if (failed) throw new HotlineError(0, "unreachable");
}

/** A refusal is an answer; silence and failures are not. */
function isOutage(error: unknown): boolean {
  return !(error instanceof HotlineError) || error.status === 0 || error.status >= 500;
}

async function isSignedIn(): Promise<boolean> {
  try {
    await sessions.me();
    return true;
  } catch (error) {
    return !isCode(error, "not_signed_in");
  }
}

function socketAddress(): string {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  return `${scheme}//${location.host}${API}/socket`;
}
