import { describe, expect, it } from "vitest";
import { cellOf, draftOf, isInOrder, isRight, limitsOf, wrongLimits } from "./limits";

const ABOVE = { sign: { normal: "4wh", urgent: "30m" }, redo: { first: "3wd" } };

describe("limits of a tier", () => {
  it("are read as amount and unit", () => {
    expect(cellOf("4wh")).toEqual({ amount: "4", unit: "wh" });
    expect(cellOf("3.5wh")).toEqual({ amount: "3.5", unit: "wh" });
    expect(cellOf(undefined, "m")).toEqual({ amount: "", unit: "m" });
  });

  it("come back as they were, without what is taken over", () => {
    const own = { sign: { normal: "2wh" }, reply_kind: { help: "5wd" }, redo: { second: "6wd" } };
    expect(limitsOf(draftOf(own, ABOVE))).toEqual(own);
    expect(limitsOf(draftOf({}, ABOVE))).toEqual({});
  });

  it("that have no field are kept", () => {
    const own = { return: { complaint: "2wd" }, sign: { normal: "2wh" } };
    expect(limitsOf(draftOf(own, ABOVE), own)).toEqual(own);
    expect(limitsOf(draftOf({}, ABOVE), own)).toEqual({ return: { complaint: "2wd" } });
  });

  it("offer the unit that is taken over where nothing is set", () => {
    expect(draftOf({}, ABOVE)["sign"]?.["urgent"]).toEqual({ amount: "", unit: "m" });
  });

  it.each([
    ["sign", "4", "wh", true],
    ["sign", "", "wd", true],
    ["sign", "1.5", "wh", true],
    ["sign", "1.5", "wd", false],
    ["sign", "0", "h", false],
    ["sign", "-1", "h", false],
    ["sign", "1e2", "h", false],
    ["sign", "251", "wd", false],
    ["extension", "10", "wd", true],
    ["extension", "10", "h", false],
  ] as const)("%s %s%s is right: %s", (step, amount, unit, isSo) => {
    expect(isRight(step, { amount, unit })).toBe(isSo);
  });

  it("name the field that is not right", () => {
    const draft = draftOf({ sign: { urgent: "0m" } }, ABOVE);
    expect(wrongLimits(draft)).toEqual(["sign.urgent"]);
  });
});

describe("office hours", () => {
  it.each([
    [[], true],
    [
      [
        ["08:30", "12:00"],
        ["14:30", "18:00"],
      ],
      true,
    ],
    [[["08:30", ""]], false],
    [[["12:00", "08:30"]], false],
    [
      [
        ["08:30", "12:00"],
        ["11:00", "18:00"],
      ],
      false,
    ],
  ] as [[string, string][], boolean][])("%j are in order: %s", (office, isSo) => {
    expect(isInOrder(office)).toBe(isSo);
  });
});
