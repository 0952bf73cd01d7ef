import type { Me } from "./api/types";
import type { IconName } from "./ui/icons";

export type Screen = "desk" | "tickets" | "directory";

export interface ScreenLink {
  name: Screen;
  icon: IconName;
  scope: string;
}

/** In the order of the navigation. */
export const SCREENS: readonly ScreenLink[] = [
  { name: "desk", icon: "phone", scope: "calls:read" },
  { name: "tickets", icon: "ticket", scope: "tickets:read" },
  { name: "directory", icon: "book", scope: "directory:read" },
];

/** The first screen that one may see; the desk for whoever takes calls. */
export function homeOf(me: Pick<Me, "scopes">): Screen | undefined {
  return SCREENS.find(({ scope }) => me.scopes.includes(scope))?.name;
}
