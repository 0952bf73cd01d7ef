import { expect, it } from "vitest";
import { fitting } from "./fitting";

it("shows everything that has room", () => {
  expect(fitting([100, 100, 100], 300, 60)).toBe(3);
});

it("leaves room for the rest's own button", () => {
  expect(fitting([100, 100, 100], 299, 60)).toBe(2);
  expect(fitting([100, 100, 100], 250, 60)).toBe(1);
});

it("never hides everything", () => {
  expect(fitting([400, 100], 100, 60)).toBe(1);
});
