import { mount } from "@vue/test-utils";
import { createPinia } from "pinia";
import { expect, it } from "vitest";
import UiCombo from "./UiCombo.vue";

const options = [
  { value: "1", label: "海勃湾区热力公司", hint: "海勃湾区" },
  { value: "2", label: "乌达区住建局", hint: "乌达区" },
];

function combo() {
  return mount(UiCombo, {
    props: { options, modelValue: "" },
    global: { plugins: [createPinia()] },
  });
}

it("finds by a part of the name or of the hint, and picks by keyboard", async () => {
  const box = combo();
  const input = box.find("input");
  await input.trigger("focus");
  await input.setValue("乌达");
  expect(box.findAll("li").map((one) => one.text())).toEqual(["乌达区住建局 乌达区"]);
  await input.trigger("keydown", { key: "Enter" });
  expect(box.emitted("update:modelValue")?.at(-1)).toEqual(["2"]);
});

it("says which option is active to a screen reader", async () => {
  const box = combo();
  const input = box.find("input");
  await input.trigger("focus");
  await input.trigger("keydown", { key: "ArrowDown" });
  const active = input.attributes("aria-activedescendant");
  expect(box.find(`[id="${active}"]`).text()).toContain("乌达区住建局");
});

it("forgets the choice when it is emptied", async () => {
  const box = mount(UiCombo, {
    props: { options, modelValue: "1" },
    global: { plugins: [createPinia()] },
  });
  await box.find("input").setValue("");
  expect(box.emitted("update:modelValue")?.at(-1)).toEqual([""]);
});
