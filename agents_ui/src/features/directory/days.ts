const DAY = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai", dateStyle: "short" });

/** The city's day of a moment, as the service writes days. */
export function dayOf(at: string): string {
  return DAY.format(Date.parse(at));
}

export function today(): string {
  return DAY.format(Date.now());
}
