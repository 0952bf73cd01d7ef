import type { Matter, Paper, PaperState, Step } from "@/api/proxy";
import type { Me, Role } from "@/api/types";
import { isDesk } from "@/records/ticketState";
import type { Tone } from "@/ui/tone";

const LEADERS: ReadonlySet<Role> = new Set(["district_supervisor", "city_supervisor"]);

export const STATUS_TONES: Readonly<Record<Matter["status"], Tone>> = {
  authorized: "warning",
  in_hand: "accent",
  finished: "success",
  withdrawn: "neutral",
};

export const isOpen = (matter: Matter) =>
  matter.status === "authorized" || matter.status === "in_hand";

export const isOfficer = (matter: Matter, me: Me | undefined) =>
  matter.officer_id !== null && matter.officer_id === me?.account_id;

/** Whoever is free to be its officer; a supervisor may take it over. */
export function mayTake(matter: Matter, me: Me | undefined): boolean {
  if (!isOpen(matter) || !isDesk(me) || isOfficer(matter, me)) return false;
  return matter.officer_id === null || Boolean(me?.roles.some(({ role }) => LEADERS.has(role)));
}

export const hasBegun = (matter: Matter) => matter.steps.some(({ state }) => state !== "waiting");

const arePapersTogether = (matter: Matter) =>
  matter.papers.every(({ state }) => state !== "needed");

export const mayPlan = (matter: Matter, me: Me | undefined) =>
  isOpen(matter) && isOfficer(matter, me) && !hasBegun(matter);

export const mayBegin = (matter: Matter, me: Me | undefined) =>
  mayPlan(matter, me) && arePapersTogether(matter);

export const mayFinish = (matter: Matter, me: Me | undefined) =>
  isOpen(matter) && isOfficer(matter, me);

/** The officer, or the unit whose step it is; the service has the last word on units below. */
export function mayFinishStep(matter: Matter, step: Step, me: Me | undefined): boolean {
  if (!isOpen(matter) || step.state !== "current") return false;
  return isOfficer(matter, me) || !isDesk(me);
}

const PAPER_MOVES: Readonly<Record<PaperState, readonly PaperState[]>> = {
  needed: ["received", "waived"],
  received: ["returned"],
  returned: ["received"],
  waived: ["needed"],
};

/** What may happen to a paper; after the end it only goes back. */
export function paperMoves(matter: Matter, paper: Paper, me: Me | undefined): PaperState[] {
  if (!isOfficer(matter, me)) return [];
  return PAPER_MOVES[paper.state].filter((move) => isOpen(matter) || move === "returned");
}

export const isLate = (step: Step, now: number) =>
  step.state === "current" && step.due_at !== null && Date.parse(step.due_at) < now;

/** Where a matter stands, as a share of its way. */
export const doneSteps = (matter: Matter) =>
  matter.steps.filter(({ state }) => state === "done").length;
