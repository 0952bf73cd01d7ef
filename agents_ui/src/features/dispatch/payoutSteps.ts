import type { Payout } from "@/api/dispatch";

export type PayoutStep = "refuse" | "withdraw" | "approve" | "returned" | "paid";

/** What a viewer may do with a pay-out next; whoever prepared it never approves it. */
export function stepsFor(
  payout: Pick<Payout, "state" | "is_mine">,
  scopes: readonly string[],
): PayoutStep[] {
  const mayWrite = scopes.includes("settlement:write");
  const mayApprove = scopes.includes("settlement:approve");
  if (payout.state === "prepared") {
    if (payout.is_mine) return mayWrite ? ["withdraw"] : [];
    return mayApprove ? ["refuse", "approve"] : [];
  }
  if (payout.state === "approved") return mayWrite ? ["returned", "paid"] : [];
  return payout.state === "paid" && mayWrite ? ["returned"] : [];
}
