import type { FeeRule } from "@/api/dispatch";
import { cents, typedYuan } from "./money";

/** A fee rule as it is typed: percent and yuan. */
export interface FeeDraft {
  name: string;
  categories: string;
  percent: string;
  fixed: string;
  least: string;
  most: string;
  free: string;
  elders: "any" | "only" | "not";
}

export const NO_RULE: Readonly<FeeDraft> = {
  name: "",
  categories: "",
  percent: "0",
  fixed: "0",
  least: "0",
  most: "",
  free: "0",
  elders: "any",
};

export function draftOfRule(rule: FeeRule): FeeDraft {
  return {
    name: rule.name,
    categories: rule.categories.join("、"),
    percent: String(rule.basis_points / 100),
    fixed: typedYuan(rule.fixed_cents),
    least: typedYuan(rule.least_cents),
    most: typedYuan(rule.most_cents),
    free: String(rule.free_orders),
    elders: rule.is_for_elders === null ? "any" : rule.is_for_elders ? "only" : "not",
  };
}

/** The rule that is meant; null where something typed is no number. */
export function ruleOf(draft: FeeDraft): FeeRule | null {
  const [fixed, least] = [cents(draft.fixed), cents(draft.least)];
  const most = draft.most.trim() ? cents(draft.most) : null;
  const points = Math.round(Number(draft.percent) * 100);
  const isPercent = /^\d{1,2}(\.\d{1,2})?$/.test(draft.percent.trim()) && points <= 3000;
  const isFree = /^\d{1,4}$/.test(draft.free.trim());
  if (!draft.name.trim() || !isPercent || !isFree) return null;
  if (fixed === null || least === null || fixed < 0 || least < 0) return null;
  if (draft.most.trim() && (most === null || most < least)) return null;
  return {
    name: draft.name.trim(),
    categories: draft.categories
      .split(/[、,，]/)
      .map((one) => one.trim())
      .filter(Boolean),
    basis_points: points,
    fixed_cents: fixed,
    least_cents: least,
    most_cents: most,
    free_orders: Number(draft.free),
    is_for_elders: draft.elders === "any" ? null : draft.elders === "only",
  };
}
