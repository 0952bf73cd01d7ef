interface Versioned {
  id: string;
  version: number;
}

/** The newer of what is known and what arrived: a late answer never undoes a newer event. */
export function fresher<T extends Versioned>(known: T | undefined, arrived: T): T {
  return known && known.version > arrived.version ? known : arrived;
}

/** The list with the record in its place, or as it was when the record is not in it. */
export function changed<T extends Versioned>(items: readonly T[], record: T): T[] {
  return items.map((item) => (item.id === record.id ? fresher(item, record) : item));
}

/** The list with the record in its place, or in front. */
export function upserted<T extends Versioned>(items: readonly T[], record: T): T[] {
  const isKnown = items.some((item) => item.id === record.id);
  return isKnown ? changed(items, record) : [record, ...items];
}

/** Longest on the line first: the order in which people wait. */
export function byStart(a: { started_at: string }, b: { started_at: string }): number {
  return a.started_at < b.started_at ? -1 : a.started_at > b.started_at ? 1 : 0;
}
