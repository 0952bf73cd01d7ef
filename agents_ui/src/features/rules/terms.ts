/** The least and the most that each number may be, as the service accepts it. */
export type Limits<Key extends string> = Readonly<Record<Key, readonly [number, number]>>;

const MOST_MONTHS = 360;
const DAY = 24 * 60;

export const RECORDING_LIMITS = {
  keep_months: [1, MOST_MONTHS],
  keep_matter_months: [1, MOST_MONTHS],
  keep_self_harm_months: [1, MOST_MONTHS],
} as const;

export const FOLLOW_UP_LIMITS = {
  first_after_minutes: [10, DAY],
  again_after_minutes: [60, DAY],
} as const;

/** The numbers that are none, or outside their limits. */
export function wrongIn<Key extends string>(
  limits: Limits<Key>,
  given: Readonly<Record<Key, unknown>>,
): Key[] {
  return (Object.keys(limits) as Key[]).filter((key) => {
    const [least, most] = limits[key];
    const value = given[key];
    return !Number.isInteger(value) || (value as number) < least || (value as number) > most;
  });
}
