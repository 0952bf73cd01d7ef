import type { TermsIn } from "@/api/rules";

export const UNITS = ["wd", "wh", "h", "m"] as const;
export type Unit = (typeof UNITS)[number];

/** A limit as it is being typed: an empty amount takes over what holds above. */
export interface Cell {
  amount: string;
  unit: Unit;
}
export type Written = Readonly<Record<string, Readonly<Record<string, string>>>>;
export type Draft = Record<string, Record<string, Cell>>;
export type Period = [string, string];
/** Office hours as the service tells them. */
export type Periods = readonly (readonly string[])[];
/** What a tier has set itself, now or before. */
export interface Own {
  id: string;
  limits: Written;
  office: Periods;
}

const URGENCIES = ["normal", "urgent", "emergency"] as const;
export const KINDS = [
  "consult", "help", "complaint", "report", "suggestion", "praise", "service", "proxy", "other",
] as const; // prettier-ignore

/** Steps whose limits go by urgency; a reply that is not urgent goes by kind. */
export const BY_URGENCY = [
  ["dispatch", URGENCIES],
  ["sign", URGENCIES],
  ["return", URGENCIES],
  ["ruling", URGENCIES],
  ["reply_urgency", ["urgent", "emergency"]],
  ["audit", URGENCIES],
  ["follow_up", URGENCIES],
] as const;
export const OTHERS = [
  ["redo", "first"],
  ["redo", "second"],
  ["extension", "most"],
  ["return", "consult"],
] as const;
const ALL: readonly (readonly [string, string])[] = [
  ...BY_URGENCY.flatMap(([step, names]) => names.map((name) => [step, name] as const)),
  ...KINDS.map((kind) => ["reply_kind", kind] as const),
  ...OTHERS,
];

/** The most of each unit, as the service accepts it. */
const MOST: Readonly<Record<Unit, number>> = { wd: 250, wh: 1000, h: 2000, m: 10_000 };
const SHORT = /^(\d+(?:\.\d+)?)(wd|wh|h|m)$/;
const AMOUNT = /^\d+(\.\d+)?$/;
export const MOST_PERIODS = 6;

export function cellOf(short: string | undefined, otherwise: Unit = "wd"): Cell {
  const found = SHORT.exec(short ?? "");
  return found?.[1] && found[2]
    ? { amount: found[1], unit: found[2] as Unit }
    : { amount: "", unit: otherwise };
}

/** What is set, in fields; where nothing is set the unit is the one that is taken over. */
export function draftOf(own: Written, above: Written): Draft {
  const draft: Draft = {};
  for (const [step, name] of ALL) {
    const { unit } = cellOf(above[step]?.[name]);
    (draft[step] ??= {})[name] = cellOf(own[step]?.[name], unit);
  }
  return draft;
}

/** What is filled in, and of what was set before all that has no field here. */
export function limitsOf(draft: Draft, before: Written = {}): NonNullable<TermsIn["limits"]> {
  const limits: Record<string, Record<string, string>> = {};
  for (const [step, named] of Object.entries(before)) {
    for (const [name, short] of Object.entries(named)) {
      if (!draft[step]?.[name]) (limits[step] ??= {})[name] = short;
    }
  }
  for (const [step, name] of ALL) {
    const cell = draft[step]?.[name];
    const amount = cell?.amount.trim();
    if (cell && amount) (limits[step] ??= {})[name] = `${amount}${cell.unit}`;
  }
  return limits;
}

/** Above nothing, within the most of the unit, and whole where days are counted. */
export function isRight(step: string, { amount, unit }: Cell): boolean {
  const typed = amount.trim();
  if (!typed) return true;
  const value = Number(typed);
  if (!AMOUNT.test(typed) || value <= 0 || value > MOST[unit]) return false;
  if (unit === "wd" && !Number.isInteger(value)) return false;
  return step !== "extension" || unit === "wd";
}

/** `step.name` of every field that is not right. */
export function wrongLimits(draft: Draft): string[] {
  return ALL.filter(([step, name]) => {
    const cell = draft[step]?.[name];
    return cell && !isRight(step, cell);
  }).map(([step, name]) => `${step}.${name}`);
}

/** Each period ends after it begins, and begins after the one before has ended. */
export function isInOrder(office: readonly Period[]): boolean {
  const edges = office.flat();
  return edges.every((edge, at) => edge !== "" && (at === 0 || edge > (edges[at - 1] ?? "")));
}
