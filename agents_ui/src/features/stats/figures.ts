import type { Kpi, KpiDefinition, KpiValue } from "@/api/stats";
import type { Locale, Messages } from "@/i18n";

export const BLANK = "—";

/** A value as people read it; a dash where there is no sample. */
export function figure(
  unit: KpiDefinition["unit"],
  value: number | null | undefined,
  words: Messages["stats"]["units"],
): string {
  if (value === null || value === undefined) return BLANK;
  switch (unit) {
    case "ratio":
      return `${(value * 100).toFixed(1)}%`;
    case "seconds":
      return `${value.toFixed(1)} ${words.seconds}`;
    case "hours":
      return `${value.toFixed(1)} ${words.hours}`;
    case "level":
      return value.toFixed(2);
    case "count":
      return value.toLocaleString("en-US");
  }
}

const HOUR_MS = 3_600_000;

/** One side of a fraction: counts as they are, sums of time in hours. */
export function part(
  measures: readonly string[],
  value: number,
  words: Messages["stats"]["units"],
): string {
  const first = measures[0] ?? "";
  const hours = first.endsWith("_ms") ? value / HOUR_MS : value / 3_600;
  if (first.endsWith("_ms") || first.endsWith("_seconds")) {
    return `${Math.round(hours).toLocaleString("en-US")} ${words.hours}`;
  }
  return value.toLocaleString("en-US", { maximumFractionDigits: 2 });
}

export type Standing = "met" | "missed" | "open";

/** Against the target, where there are both. */
export function standing(definition: KpiDefinition, value: number | null): Standing {
  if (definition.target === null || value === null) return "open";
  const isMet =
    definition.better === "down" ? value <= definition.target : value >= definition.target;
  return isMet ? "met" : "missed";
}

export interface Change {
  text: string;
  isGood: boolean | null;
}

/** How it changed: points for ratios, per cent for the rest. */
export function change(definition: KpiDefinition, now: KpiValue, before: KpiValue): Change | null {
  if (now.value === null || before.value === null) return null;
  const by = now.value - before.value;
  const isUp = by > 0;
  const isGood =
    definition.better === null || by === 0 ? null : (definition.better === "up") === isUp;
  if (definition.unit === "ratio") return { text: `${sign(by)}${(by * 100).toFixed(1)}`, isGood };
  if (before.value === 0) return null;
  const share = (by / before.value) * 100;
  return { text: `${sign(share)}${share.toFixed(1)}%`, isGood };
}

/** The measure whose rows stand behind an indicator, if it has rows. */
export function rowsOf(definition: KpiDefinition): string | null {
  const first = definition.numerator[0];
  const isRows = definition.group !== "seats" && definition.group !== "knowledge";
  if (!first || !isRows || definition.group === "quality") return null;
  return first.endsWith("_ms") || first.endsWith("_seconds") || first.endsWith("_sum")
    ? (definition.denominator[0] ?? null)
    : first;
}

export function isOfCalls(definition: KpiDefinition): boolean {
  return (
    definition.group === "calls" ||
    definition.key === "inbound" ||
    definition.key === "talk_satisfied_rate"
  );
}

export interface Card {
  definition: KpiDefinition;
  kpi: Kpi;
}

function sign(value: number): string {
  return value > 0 ? "+" : "";
}

/** How an indicator is defined, in the language of the console. */
export function definitionIn(definition: KpiDefinition, locale: Locale) {
  const { name, name_en, formula, formula_en, excludes, excludes_en, source, source_en } =
    definition;
  return locale === "en"
    ? { name: name_en, formula: formula_en, excludes: excludes_en, source: source_en }
    : { name, formula, excludes, source };
}
