import { expect, it } from "vitest";
import { firstWishes } from "./wishes";

it("is for tomorrow on the wall clock of the city", () => {
  expect(firstWishes(Date.parse("2026-11-25T16:30:00Z")).on).toBe("2026-11-27");
  expect(firstWishes(Date.parse("2026-11-25T15:00:00Z")).on).toBe("2026-11-26");
});
