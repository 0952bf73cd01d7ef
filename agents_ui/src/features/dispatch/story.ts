import type { OrderOffer } from "@/api/dispatch";
import { isRecord } from "@/api/errors";
import type { Tone } from "@/ui/tone";

/** Of the whole reason that is kept with an offer, what fits in a line. */
export function reasonOf(reason: unknown): { why: string | null; eligible: number | null } {
  if (!isRecord(reason)) return { why: null, eligible: null };
  const { why, eligible } = reason;
  return {
    why: typeof why === "string" ? why : null,
    eligible: Array.isArray(eligible) ? eligible.length : null,
  };
}

export function toneOfAnswer(state: OrderOffer["state"]): Tone {
  if (state === "accepted") return "success";
  if (state === "open") return "accent";
  return state === "withdrawn" ? "neutral" : "warning";
}
