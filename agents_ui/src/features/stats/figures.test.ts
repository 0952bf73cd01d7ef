import { describe, expect, it } from "vitest";
import type { KpiDefinition, KpiValue } from "@/api/stats";
import { change, definitionIn, figure, rowsOf, standing } from "./figures";

const UNITS = { seconds: "秒", hours: "小时" };
const defined = (given: Partial<KpiDefinition>): KpiDefinition => ({
  key: "on_time_rate",
  group: "tickets",
  name: "按时办结率",
  name_en: "On time",
  unit: "ratio",
  formula: "期限内 ÷ 到期",
  formula_en: "in time ÷ due",
  excludes: "",
  excludes_en: "",
  source: "",
  source_en: "",
  numerator: ["due_met"],
  denominator: ["due"],
  target: 0.98,
  better: "up",
  dimensions: ["all", "district"],
  ...given,
});
const of = (value: number | null): KpiValue => ({ value, numerator: 1, denominator: 1 });

describe("figures", () => {
  it("never show a number where there is no sample", () => {
    expect(figure("ratio", null, UNITS)).toBe("—");
    expect(figure("ratio", 0, UNITS)).toBe("0.0%");
  });
  it("say better or worse by the direction of the indicator", () => {
    expect(change(defined({}), of(0.98), of(0.97))).toEqual({ text: "+1.0", isGood: true });
    const down = defined({ better: "down", unit: "seconds" });
    expect(change(down, of(12), of(10))).toEqual({ text: "+20.0%", isGood: false });
    expect(change(down, of(12), of(null))).toBeNull();
  });
  it("are defined in the language of the console", () => {
    expect(definitionIn(defined({}), "en")).toMatchObject({
      name: "On time",
      formula: "in time ÷ due",
    });
    expect(definitionIn(defined({}), "zh-CN").formula).toBe("期限内 ÷ 到期");
  });
  it("stand against the target", () => {
    expect(standing(defined({}), 0.98)).toBe("met");
    expect(standing(defined({ better: "down", target: 0.05 }), 0.06)).toBe("missed");
    expect(standing(defined({ target: null }), 0.5)).toBe("open");
  });
  it("open the rows of what was counted, never of a sum of time", () => {
    expect(rowsOf(defined({}))).toBe("due_met");
    expect(rowsOf(defined({ numerator: ["wait_ms"], denominator: ["answered"] }))).toBe("answered");
    expect(rowsOf(defined({ group: "seats" }))).toBeNull();
  });
});
