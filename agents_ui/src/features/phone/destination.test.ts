import { describe, expect, it } from "vitest";
import { destinationOf, type Choice } from "./destination";

const nobody: Choice = { kind: "agent", agent: "", unit: "", number: "", skill: "mandarin" };

describe("whom a call goes to", () => {
  it("is nobody until somebody is chosen", () => {
    expect(destinationOf(nobody)).toBeNull();
    expect(destinationOf({ ...nobody, kind: "unit" })).toBeNull();
    expect(destinationOf({ ...nobody, kind: "number", number: "电话" })).toBeNull();
  });

  it.each([
    ["110", "110"],
    ["0473-205 1234", "04732051234"],
    ["+86 (473) 2051234", "+864732051234"],
  ])("may be the number %s", (number, target) => {
    expect(destinationOf({ ...nobody, kind: "number", number })).toEqual({
      target: { number: target },
    });
  });

  it("is exactly one of a colleague, a unit and the line", () => {
    const all = { ...nobody, agent: "a", unit: "u" };
    expect(destinationOf(all)).toEqual({ target: { account_id: "a" } });
    expect(destinationOf({ ...all, kind: "unit" })).toEqual({ target: { organization_id: "u" } });
    expect(destinationOf({ ...all, kind: "line", skill: "mongolian" })).toEqual({
      skill: "mongolian",
    });
  });
});
