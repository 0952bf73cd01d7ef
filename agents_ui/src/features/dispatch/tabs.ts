export type Tab =
  "board" | "vendors" | "reviews" | "expiries" | "fairness" | "appeals" | "settlement";

export const TABS: readonly { name: Tab; scope: string }[] = [
  { name: "board", scope: "orders:read" },
  { name: "vendors", scope: "vendors:read" },
  { name: "reviews", scope: "vendors:read" },
  { name: "expiries", scope: "vendors:read" },
  { name: "fairness", scope: "settlement:read" },
  { name: "appeals", scope: "settlement:read" },
  { name: "settlement", scope: "settlement:read" },
];

/** The tab of the address, where it may be seen; else the first that may. */
export function tabOf(wanted: string | undefined, shown: readonly Tab[]): Tab {
  return shown.find((name) => name === wanted) ?? shown[0] ?? "board";
}
