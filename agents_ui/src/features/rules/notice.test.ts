import { expect, test } from "vitest";
import { noticeIn } from "./notice";

test("a published file is read, and what else it holds is left out", () => {
  const file = {
    $schema: "x",
    year: 2027,
    papers: [],
    days: [{ name: "元旦", date: "2027-01-01", isOffDay: true, more: 1 }],
  };
  expect(noticeIn(JSON.stringify(file))).toEqual({
    year: 2027,
    days: [{ name: "元旦", date: "2027-01-01", isOffDay: true }],
  });
});

test.each(["", "[]", "null", "{}", '{"year":"2027","days":[]}', '{"year":2027,"days":[{}]}'])(
  "%s is no notice",
  (content) => expect(noticeIn(content)).toBeNull(),
);
