import { describe, expect, it } from "vitest";
import { FOLLOW_UP_LIMITS, wrongIn } from "./terms";

describe("numbers of the rules", () => {
  it("are whole and within their limits", () => {
    const given = { first_after_minutes: 10, again_after_minutes: 1440 };
    expect(wrongIn(FOLLOW_UP_LIMITS, given)).toEqual([]);
  });

  it.each([9, 1441, 12.5, "", Number.NaN])("are refused otherwise: %s", (value) => {
    const given = { first_after_minutes: value, again_after_minutes: 60 };
    expect(wrongIn(FOLLOW_UP_LIMITS, given)).toEqual(["first_after_minutes"]);
  });
});
