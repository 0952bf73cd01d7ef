import type { Vendor } from "@/api/dispatch";

/** Active, and for none of its services is a paper missing. */
export function mayBeSent(vendor: Pick<Vendor, "status" | "unserved">): boolean {
  return vendor.status === "active" && vendor.unserved.length === 0;
}

/** For some services and not for others: papers of a trade are missing. */
export function mayBeSentForSome(
  vendor: Pick<Vendor, "status" | "unserved" | "service_ids">,
): boolean {
  const { status, unserved, service_ids } = vendor;
  return status === "active" && unserved.length > 0 && unserved.length < service_ids.length;
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
