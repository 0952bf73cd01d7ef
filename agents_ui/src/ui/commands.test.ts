import { expect, it } from "vitest";
import { bestOf, type Command } from "./commands";

const command = (label: string, also = ""): Command => ({
  id: label,
  label,
  group: "前往",
  also,
  run: () => {},
});
const all = [command("实时工单"), command("工单"), command("统计", "stats"), command("派单")];
const found = (typed: string) => bestOf(all, typed).map(({ label }) => label);

it("puts first what begins with what is typed", () => {
  expect(found("工单")).toEqual(["工单", "实时工单"]);
});

it("finds by other words, and by the sort of thing", () => {
  expect(found("STATS")).toEqual(["统计"]);
  expect(found("前往 派")).toEqual(["派单"]);
});

it("offers everything before anything is typed, and nothing for nonsense", () => {
  expect(found("  ")).toEqual(all.map(({ label }) => label));
  expect(found("没有这个")).toEqual([]);
});
