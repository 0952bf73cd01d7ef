import { describe, expect, it } from "vitest";
import type { VendorFile } from "@/api/dispatch";
import { vendorFile } from "./firm.fixture";
import { draftOf, rebased } from "./vendorForm";

const file = {
  ...vendorFile,
  version: 3,
  price_list: [{ service_id: "svc-a", service: "疏通", unit: "次", price_min: 80, price_max: 200 }],
} as unknown as VendorFile;
const typed = { ...draftOf(file), capacity: "9", hours: "Mo-Fr 08:00-18:00" };

describe("a file that somebody else has changed while it was being edited", () => {
  it("keeps what was typed and takes over the rest", () => {
    const fresh = { ...file, version: 4, contact: "李经理", districts: ["海南区"] };
    const found = rebased(typed, file, fresh);
    expect(found.draft).toEqual({ ...typed, contact: "李经理", districts: ["海南区"] });
    expect(found.clashes).toEqual([]);
  });

  it("names what both have changed, each their own way", () => {
    const fresh = { ...file, version: 4, capacity: 5, hours: "Mo-Fr 08:00-18:00" };
    const found = rebased(typed, file, fresh);
    expect(found.draft.capacity).toBe("9");
    expect(found.clashes).toEqual(["capacity"]);
  });
});
