import type { Me } from "./api/types";
import type { IconName } from "./ui/icons";

export type Screen =
  | "desk"
  | "tickets"
  | "proxy"
  | "consents"
  | "dispatch"
  | "directory"
  | "editing"
  | "live"
  | "stats"
  | "quality"
  | "gaps"
  | "texts"
  | "canned"
  | "rules"
  | "jobs"
  | "keys"
  | "audit"
  | "accounts"
  | "exports"
  | "retention";

export interface ScreenLink {
  name: Screen;
  icon: IconName;
  scope: string;
}

/** In the order of the navigation. */
export const SCREENS: readonly ScreenLink[] = [
  { name: "desk", icon: "phone", scope: "calls:read" },
  { name: "tickets", icon: "ticket", scope: "tickets:read" },
  { name: "proxy", icon: "people", scope: "tickets:read" },
  { name: "dispatch", icon: "pin", scope: "orders:read" },
  { name: "directory", icon: "book", scope: "directory:read" },
  { name: "editing", icon: "columns", scope: "directory:write" },
  { name: "live", icon: "chart", scope: "calls:supervise" },
  { name: "stats", icon: "columns", scope: "stats:read" },
  { name: "quality", icon: "check", scope: "calls:read" },
  { name: "gaps", icon: "search", scope: "directory:write" },
  { name: "texts", icon: "comment", scope: "wording:write" },
  { name: "canned", icon: "comment", scope: "canned-texts:write" },
  { name: "rules", icon: "clock", scope: "tickets:supervise" },
  { name: "jobs", icon: "clock", scope: "jobs:read" },
  { name: "consents", icon: "check", scope: "tickets:read" },
  { name: "keys", icon: "lock", scope: "accounts:write" },
  { name: "audit", icon: "lock", scope: "audit:read" },
  { name: "accounts", icon: "people", scope: "accounts:read" },
  { name: "exports", icon: "down", scope: "exports:ask" },
  { name: "retention", icon: "lock", scope: "retention:write" },
];

/** The first screen that one may see; the desk for whoever takes calls. */
export function homeOf(me: Pick<Me, "scopes">): Screen | undefined {
  return SCREENS.find(({ scope }) => me.scopes.includes(scope))?.name;
}
