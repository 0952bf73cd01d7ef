import { expect, it } from "vitest";
import { createAttempts } from "./attempts";

it("sends the same words again under the same key, until they have arrived", () => {
  const attempts = createAttempts();
  const first = attempts.keyFor({ text: "已联系" });
  expect(attempts.keyFor({ text: "已联系" })).toBe(first);
  attempts.settled();
  expect(attempts.keyFor({ text: "已联系" })).not.toBe(first);
});

it("takes other words for another request", () => {
  const attempts = createAttempts();
  expect(attempts.keyFor("a")).not.toBe(attempts.keyFor("b"));
});
