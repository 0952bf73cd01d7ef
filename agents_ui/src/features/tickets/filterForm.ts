import type { LocationQuery } from "vue-router";
import type { TicketFilter } from "@/api/hotline";

/** The filter as the address has it: everything a text, or on and off. */
export interface FilterForm extends Record<(typeof TEXTS)[number], string> {
  mine: boolean;
  overdue: boolean;
  unassigned: boolean;
  supervised: boolean;
}

/** Days, which the service takes as moments of the city. */
export const DATES = ["created_from", "created_to", "due_after", "due_before"] as const;
const PLAIN = [
  "q",
  "status",
  "district",
  "kind",
  "urgency",
  "subject",
  "caller",
  "custody",
  "card",
  "confidential",
  "sort",
] as const;
const TEXTS = [...PLAIN, ...DATES] as const;
const FLAGS = ["mine", "overdue", "unassigned", "supervised"] as const;
const MINUTE = 60_000;
const ZONE = "+08:00";

export function fromQuery(query: LocationQuery): FilterForm {
  const said = (name: string) => (typeof query[name] === "string" ? query[name] : "");
  return {
    ...(Object.fromEntries(TEXTS.map((name) => [name, said(name)])) as Record<
      (typeof TEXTS)[number],
      string
    >),
    ...(Object.fromEntries(FLAGS.map((name) => [name, said(name) === "1"])) as Record<
      (typeof FLAGS)[number],
      boolean
    >),
  };
}

/** Only what narrows: an empty filter is an empty address. */
export function toQuery(form: FilterForm): Record<string, string> {
  const all: [string, string][] = [
    ...TEXTS.map((name): [string, string] => [name, form[name]]),
    ...FLAGS.map((name): [string, string] => [name, form[name] ? "1" : ""]),
  ];
  return Object.fromEntries(all.filter(([, value]) => value !== ""));
}

export function toFilter(form: FilterForm, now: number): TicketFilter {
  const wanted: Record<string, string | boolean> = {};
  for (const name of PLAIN) if (form[name]) wanted[name] = form[name];
  for (const name of DATES) if (form[name]) wanted[name] = `${form[name]}T00:00:00${ZONE}`;
  for (const name of ["mine", "unassigned", "supervised"] as const)
    if (form[name]) wanted[name] = true;
  // A whole minute, so that the key of the query does not change at every look.
  if (form.overdue)
    wanted["due_before"] = new Date(Math.floor(now / MINUTE) * MINUTE).toISOString();
  return wanted;
}
