export interface Sorting<K extends string> {
  key: K;
  isDown: boolean;
}

/** A column's heading sorts up, then down, then as it came. */
export function turned<K extends string>(now: Sorting<K> | null, key: K): Sorting<K> | null {
  if (now?.key !== key) return { key, isDown: false };
  return now.isDown ? null : { key, isDown: true };
}

/** Numbers by size, words by the order of the language, what is missing always last. */
export function compared(a: unknown, b: unknown, isDown: boolean, locale: string): number {
  const isMissing = [a, b].map((one) => one === null || one === undefined || one === "");
  if (isMissing[0] || isMissing[1]) return Number(isMissing[0]) - Number(isMissing[1]);
  const order =
    typeof a === "number" && typeof b === "number"
      ? a - b
      : String(a).localeCompare(String(b), locale, { numeric: true });
  return isDown ? -order : order;
}
