import { describe, expect, it } from "vitest";
import { withClosure } from "./closures";

describe("days on which it is closed", () => {
  it("are written after the hours, one day or several", () => {
    expect(withClosure("Mo-Fr 09:00-17:00;", "2026-10-08", "2026-10-08")).toBe(
      "Mo-Fr 09:00-17:00; 2026 Oct 08 off",
    );
    expect(withClosure("24/7", "2027-01-02", "2026-12-31")).toBe(
      "24/7; 2026 Dec 31-2027 Jan 02 off",
    );
  });
});
