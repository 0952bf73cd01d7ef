import type { Vendor } from "@/api/dispatch";

/** Active, and no paper is missing or has run out. */
export function mayBeSent(vendor: Pick<Vendor, "status" | "lacking">): boolean {
  return vendor.status === "active" && vendor.lacking.length === 0;
}

/** Those whose name, category or districts have all the words; those that cannot be sent first. */
export function matching(
  vendors: readonly Vendor[],
  typed: string,
  onlyProblems: boolean,
): Vendor[] {
  const words = typed.trim().split(/\s+/).filter(Boolean);
  return vendors
    .filter((one) => {
      const known = `${one.name} ${one.category} ${one.districts.join(" ")}`;
      return words.every((word) => known.includes(word));
    })
    .filter((one) => !onlyProblems || !mayBeSent(one))
    .sort((a, b) => Number(mayBeSent(a)) - Number(mayBeSent(b)));
}
