import { useQueryClient } from "@tanstack/vue-query";
import { onScopeDispose } from "vue";
import { inHand } from "@/api/phone";
import { recordings } from "@/api/recordings";
import type { Call, Outcome, Skill, Target } from "@/api/types";
import { useAction } from "@/records/actions";
import { putCall, refresher } from "@/records/cache";
import { keys } from "@/records/keys";
import { useHallRefresh } from "@/records/hall";
import { usePhone } from "./usePhone";

/** The telephone network carries out a command a moment later, not always with an event. */
const LOOKS_MS = [600, 1_800, 4_000];

export type Destination = { target: Target } | { skill: Skill };

/** Everything an agent may do with the call at the seat. */
export function useCallCommands(callId: () => string | null) {
  const phone = usePhone();
  const fold = useCallFold();

  function command<Input>(run: (id: string, input: Input) => Promise<Call>) {
    return useAction<Input, Call>({
      run: (input) => run(callId() ?? "", input),
      done: fold.put,
      failed: () => fold.again(callId()),
    });
  }

  const accept = useAction<{ id: string; isOffer: boolean }, boolean>({
    async run({ id, isOffer }) {
      if (isOffer) await inHand.accept(id);
      return phone.driver.answer();
    },
    done: (_, { id }) => fold.again(id),
    failed: (_, { id }) => fold.again(id),
  });

  return {
    accept,
    decline: command<void>((id) => inHand.decline(id)),
    hold: command<boolean>((id, on) => inHand.hold(id, on)),
    record: command<boolean>((id, on) => recordings.pause(id, !on)),
    mute: command<boolean>((id, on) => inHand.mute(id, on)),
    consult: command<Target>((id, target) => inHand.consult(id, target)),
    merge: command<void>((id) => inHand.merge(id)),
    handOver: command<void>((id) => inHand.handOver(id)),
    transfer: command<Destination>((id, to) =>
      "skill" in to ? inHand.toLine(id, to.skill) : inHand.transfer(id, to.target),
    ),
    hangUp: command<void>((id) => inHand.hangUp(id)),
    wrapUp: command<{ outcome: Outcome; next: "ready" | "break" | "offline" }>(
      (id, { outcome, next }) => inHand.wrapUp(id, outcome, next),
    ),
  };
}

/** Folds answers in, and looks again while the network carries them out. */
export function useCallFold() {
  const client = useQueryClient();
  const refresh = refresher(client);
  const refetch = useHallRefresh();
  const timers = new Set<ReturnType<typeof setTimeout>>();
  onScopeDispose(() => timers.forEach(clearTimeout));

  function again(id: string | null): void {
    void client.invalidateQueries({ queryKey: keys.seat });
    for (const ms of LOOKS_MS) {
      const timer = setTimeout(() => {
        timers.delete(timer);
        refetch(id ?? undefined);
      }, ms);
      timers.add(timer);
    }
  }

  return {
    put(call: Call): void {
      putCall(client, refresh, call);
      again(call.id);
    },
    again,
  };
}
