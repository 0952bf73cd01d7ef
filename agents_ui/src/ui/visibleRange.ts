export interface Range {
  first: number;
  /** Behind the last one that is drawn. */
  last: number;
  /** Room in pixels for what is not drawn. */
  above: number;
  below: number;
}

const SPARE = 12;

/** Some more than can be seen is drawn, so that a quick flick shows no gap. */
export function visibleRange(of: {
  count: number;
  height: number;
  top: number;
  view: number;
}): Range {
  const least = Math.max(0, Math.floor(of.top / of.height) - SPARE);
  const first = Math.min(least, Math.max(0, of.count - 1));
  const seen = Math.ceil(of.view / of.height) + 2 * SPARE;
  const last = Math.min(of.count, first + seen);
  return { first, last, above: first * of.height, below: (of.count - last) * of.height };
}
