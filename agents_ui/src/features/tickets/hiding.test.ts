import { expect, test } from "vitest";
import { piecesOf, toggled } from "./hiding";

const SAID = "张三 13800001111 举报";

test("what is proposed is hidden, the rest is shown", () => {
  const pieces = piecesOf(SAID, [[3, 14]]);
  expect(pieces.filter(({ isHidden }) => isHidden).map(({ text }) => text)).toEqual([
    "13800001111",
  ]);
  expect(pieces.map(({ text }) => text).join("")).toBe(SAID);
});

test("a click hides a word, and words beside each other are one span", () => {
  const first = toggled(piecesOf(SAID, [[3, 14]]), 0);
  expect(first).toEqual([
    [0, 1],
    [3, 14],
  ]);
  expect(toggled(piecesOf(SAID, first), 1)).toEqual([
    [0, 2],
    [3, 14],
  ]);
});

test("a second click shows it again", () => {
  const pieces = piecesOf(SAID, [[3, 14]]);
  const at = pieces.findIndex(({ isHidden }) => isHidden);
  expect(toggled(pieces, at)).toEqual([]);
});
