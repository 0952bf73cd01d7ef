import type { Call, Party, Seat } from "@/api/types";

/** What this agent has to do now, by what the service says of the seat. */
export type Stage = "free" | "offered" | "talking" | "wrap_up";

export function stageOf(seat: Pick<Seat, "state" | "call_id"> | undefined): Stage {
  if (!seat?.call_id) return "free";
  if (seat.state === "talking") return "talking";
  return seat.state === "wrap_up" ? "wrap_up" : "offered";
}

/** A colleague asks, or hands over: the caller talks with somebody already. */
export function isInternal(call: Call | null, accountId: string): boolean {
  return call?.status === "talking" && call.agent_id !== accountId;
}

export const isHere = (party: Party) => party.state === "joined";
/** Somebody who may be brought in or handed the call; a supervisor only looks after the talk. */
export const isGuest = (party: Party) => isHere(party) && party.role !== "supervisor";
export const isComing = (party: Party) => party.state !== "joined" && party.state !== "ended";

export function partyOf(call: Call | null, accountId: string): Party | undefined {
  return call?.parties.findLast(
    (one) => one.account_id === accountId && one.state !== "ended" && one.role !== "caller",
  );
}

export function callerOf(call: Call | null): Party | undefined {
  return call?.parties.findLast(({ role, state }) => role === "caller" && state !== "ended");
}

/** Whoever was called into the talk beside its own agent. */
export function thirdParties(call: Call | null, accountId: string): Party[] {
  return (call?.parties ?? []).filter(
    (one) => one.role !== "caller" && one.account_id !== accountId && one.state !== "ended",
  );
}
