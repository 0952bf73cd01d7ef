/** A year's notice as it is published: who is off when, and who works instead. */
export interface Notice {
  year: number;
  days: { name: string; date: string; isOffDay: boolean }[];
}

/** The notice in a file, or null for anything else. Other fields of the file are left out. */
export function noticeIn(content: string): Notice | null {
  let found: unknown;
  try {
    found = JSON.parse(content);
  } catch {
    return null;
  }
  if (typeof found !== "object" || found === null) return null;
  const { year, days } = found as Record<string, unknown>;
  if (typeof year !== "number" || !Array.isArray(days)) return null;
  const read = days.map(dayIn);
  return read.includes(null) ? null : { year, days: read as Notice["days"] };
}

function dayIn(found: unknown): Notice["days"][number] | null {
  if (typeof found !== "object" || found === null) return null;
  const { name, date, isOffDay } = found as Record<string, unknown>;
  if (typeof date !== "string" || typeof isOffDay !== "boolean") return null;
  return { name: typeof name === "string" ? name : "", date, isOffDay };
}
