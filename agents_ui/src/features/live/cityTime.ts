/** The city's clock is eight hours ahead of UTC all year. */
const AHEAD_MS = 8 * 3_600_000;

/** For an input of date and time, in the city's time wherever the browser is. */
export function toCityTime(at: string | null): string {
  if (!at) return "";
  return new Date(Date.parse(at) + AHEAD_MS).toISOString().slice(0, 16);
}

export function fromCityTime(local: string): string | null {
  return local ? new Date(Date.parse(`${local}:00Z`) - AHEAD_MS).toISOString() : null;
}
