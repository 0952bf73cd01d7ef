import { expect, it } from "vitest";
import { contrastOf } from "./contrast";

it("counts contrast as WCAG does, in either order", () => {
  expect(contrastOf("rgb(0, 0, 0)", "rgb(255, 255, 255)")).toBeCloseTo(21);
  expect(contrastOf("rgb(119, 119, 119)", "rgb(255, 255, 255)")).toBeCloseTo(4.48, 1);
  expect(contrastOf("rgb(10, 104, 112)", "rgb(10, 104, 112)")).toBe(1);
});
