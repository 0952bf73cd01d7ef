import type { Skill } from "@/api/types";
import type { Destination } from "@/phone/useCallCommands";

export const EMERGENCY_LINES = ["110", "119", "120", "122", "12356"] as const;

export interface Choice {
  kind: "agent" | "unit" | "number" | "line";
  agent: string;
  unit: string;
  number: string;
  skill: Skill;
}

/** Where the chosen one is reached; null while nobody is chosen. */
export function destinationOf(choice: Choice): Destination | null {
  if (choice.kind === "line") return { skill: choice.skill };
  if (choice.kind === "agent") {
    return choice.agent ? { target: { account_id: choice.agent } } : null;
  }
  if (choice.kind === "unit") {
    return choice.unit ? { target: { organization_id: choice.unit } } : null;
  }
  const number = choice.number.replace(/[\s().-]/g, "");
  return /^\+?\d{3,15}$/.test(number) ? { target: { number } } : null;
}
