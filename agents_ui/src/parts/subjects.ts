import type { Subject } from "@/api/types";

/** The third level of the taxonomy, each under the names of the two above it. */
export function leaves(
  subjects: readonly Subject[],
): { value: string; label: string; hint: string }[] {
  const byCode = new Map(subjects.map((one) => [one.code, one]));
  const above = ({ parent }: Subject): string[] => {
    const one = parent ? byCode.get(parent) : undefined;
    return one ? [...above(one), one.name] : [];
  };
  return subjects
    .filter(({ level }) => level === 3)
    .map((one) => ({ value: one.code, label: one.name, hint: above(one).join(" / ") }));
}
