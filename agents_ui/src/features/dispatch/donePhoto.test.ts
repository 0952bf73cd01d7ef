import { describe, expect, it } from "vitest";
import type { OrderMove } from "@/api/dispatch";
import { BOARD_MOVES, needsAmount, photoExcuse } from "./board";
import { cents, typedYuan } from "./money";

describe("work that a vendor reports by telephone", () => {
  it.each<[OrderMove, number, string]>([
    ["finish", 1, "optional"],
    ["finish_rework", 1, "optional"],
    ["finish", 0, "none"],
    ["excuse_photo", 0, "required"],
    ["cancel", 1, "none"],
  ])("%s with %i photos lacking: why there is none is %s", (move, photos_lacking, asked) => {
    expect(photoExcuse(move, { photos_lacking })).toBe(asked);
  });

  it("is told with its amount, as it was quoted unless something else is typed", () => {
    expect(BOARD_MOVES).toContain("finish");
    expect(needsAmount("finish")).toBe(true);
    expect(needsAmount("finish_rework")).toBe(false);
    for (const amount of [0, 12_000, 12_050, 12_005]) expect(cents(typedYuan(amount))).toBe(amount);
    expect(typedYuan(null)).toBe("");
  });
});
