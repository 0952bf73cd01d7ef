/** Cents as people read money; a minus that is seen. */
export function yuan(cents: number): string {
  const whole = Math.trunc(Math.abs(cents) / 100).toLocaleString("en-US");
  const rest = String(Math.abs(cents) % 100).padStart(2, "0");
  return `${cents < 0 ? "−" : ""}¥${whole}.${rest}`;
}

/** The same to be typed over; empty where there is none. */
export function typedYuan(amount: number | null): string {
  return amount === null ? "" : yuan(amount).replace(/[¥,]/g, "");
}

/** What somebody typed, in cents; null where it is no amount. */
export function cents(typed: string): number | null {
  const found = /^\s*(-?)[¥￥]?\s*(\d{1,9})(?:[.。](\d{1,2}))?\s*$/.exec(typed.replaceAll(",", ""));
  if (!found) return null;
  const [, sign, whole, rest = ""] = found;
  const amount = Number(whole) * 100 + Number(rest.padEnd(2, "0"));
  return sign ? -amount : amount;
}
