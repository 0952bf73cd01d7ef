import { expect, it } from "vitest";
import { compared, turned } from "./sorting";

it("turns from up to down to as it came, and begins anew with another column", () => {
  const up = turned<string>(null, "a");
  expect(up).toEqual({ key: "a", isDown: false });
  const down = turned(up, "a");
  expect(down).toEqual({ key: "a", isDown: true });
  expect(turned(down, "a")).toBeNull();
  expect(turned(down, "b")).toEqual({ key: "b", isDown: false });
});

it("orders numbers by size, and what is missing last in both directions", () => {
  const sorted = (isDown: boolean) =>
    [10, null, 9, 100].sort((a, b) => compared(a, b, isDown, "zh-CN"));
  expect(sorted(false)).toEqual([9, 10, 100, null]);
  expect(sorted(true)).toEqual([100, 10, 9, null]);
});
