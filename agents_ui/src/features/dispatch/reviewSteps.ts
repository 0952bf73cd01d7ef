import type { Objection, Review } from "@/api/dispatch";

export type ReviewStep = "refuse" | "collect" | "approve";

/** What a viewer may do with a review; whether both are one person, the service says. A firm is
 * approved when every objection is answered and none holds. */
export function stepsFor(
  review: Pick<Review, "state" | "notice_until"> & {
    readonly objections: readonly Pick<Objection, "state">[];
  },
  scopes: readonly string[],
  now: number,
): ReviewStep[] {
  const mayWrite = scopes.includes("vendors:write");
  if (review.state === "submitted") return mayWrite ? ["refuse", "collect"] : [];
  if (review.state !== "collected" && review.state !== "in_notice") return [];
  const isShown = review.notice_until !== null && Date.parse(review.notice_until) > now;
  const isClear = review.objections.every(({ state }) => state === "dismissed");
  const mayApprove = scopes.includes("vendors:approve") && !isShown && isClear;
  return [
    ...(mayWrite ? (["refuse"] as const) : []),
    ...(mayApprove ? (["approve"] as const) : []),
  ];
}
