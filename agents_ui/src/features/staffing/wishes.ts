import type { WhatIf } from "@/api/stats";

const ZONE = "Asia/Shanghai";
const DAY_MS = 86_400_000;

/** The aim of this hotline for tomorrow: 95 % within 15 seconds, nobody's wish changed yet. */
export function firstWishes(now: number): WhatIf {
  const on = new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE }).format(now + DAY_MS);
  return {
    on,
    organization: null,
    share: 0.95,
    seconds: 15,
    growth: 0,
    shrinkage: 0.3,
    patience: 120,
    handle: null,
  };
}
