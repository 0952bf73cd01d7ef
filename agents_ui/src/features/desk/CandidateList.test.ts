import { mount } from "@vue/test-utils";
import { createPinia } from "pinia";
import { describe, expect, it } from "vitest";
import CandidateList from "./CandidateList.vue";

const candidates = ["暖气不热", "供热报停", "供热缴费"].map((name, at) => ({
  entry_id: `svc-${at}`,
  name,
  category: "公用事业/供热",
  confidence: 0.9 - at * 0.3,
  reasons: [
    { channel: "pinyin", phrase: "弱的", weight: 0.1 },
    { channel: "wording", phrase: "暖气不热", weight: 0.8 },
  ],
}));

function page(given = candidates) {
  return mount(CandidateList, {
    props: { candidates: given, chosen: given[0] ?? null },
    global: { plugins: [createPinia()] },
  });
}

describe("the three best entries", () => {
  it("show name, confidence and the strongest reason first", () => {
    const row = page().findAll("button")[0]!;
    expect(row.text()).toContain("暖气不热");
    expect(row.text()).toContain("90%");
    expect(row.text().indexOf("常用说法")).toBeLessThan(row.text().indexOf("读音"));
    expect(row.attributes("aria-pressed")).toBe("true");
  });

  it("are picked by their place", async () => {
    const list = page();
    await list.findAll("button")[2]!.trigger("click");
    expect(list.emitted("pick")).toEqual([[2]]);
  });

  it("say what will come when there is none", () => {
    expect(page([]).text()).toContain("还没有匹配的事项");
  });
});
