export interface Range {
  first: number;
  /** Behind the last one that is drawn. */
  last: number;
  /** Room in pixels for what is not drawn. */
  above: number;
  below: number;
}

/** Rows above and below those that are seen, so that a quick flick shows no gap. */
export const SPARE = 12;

export function visibleRange(of: {
  count: number;
  height: number;
  top: number;
  view: number;
  spare?: number;
}): Range {
  const spare = of.spare ?? SPARE;
  const least = Math.max(0, Math.floor(of.top / of.height) - spare);
  const first = Math.min(least, Math.max(0, of.count - 1));
  const seen = Math.ceil(of.view / of.height) + 2 * spare;
  const last = Math.min(of.count, first + seen);
  return { first, last, above: first * of.height, below: (of.count - last) * of.height };
}
