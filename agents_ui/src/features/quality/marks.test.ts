import { expect, it } from "vitest";
import { fullMarks, totalOf } from "./marks";

const CARD = {
  criteria: [
    { key: "a", name: "", name_en: "", points: 60 },
    { key: "b", name: "", name_en: "", points: 40 },
  ],
  fatal: [],
  pass_total: 80,
};

it("begins with all points and takes away", () => {
  const marks = fullMarks(CARD);
  expect(totalOf(marks, [])).toBe(100);
  expect(totalOf({ ...marks, b: 15 }, [])).toBe(75);
});

it("leaves nothing after a fatal fault", () => {
  expect(totalOf(fullMarks(CARD), ["leak"])).toBe(0);
});
