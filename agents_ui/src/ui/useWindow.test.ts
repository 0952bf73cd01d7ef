import { mount } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { defineComponent, h, nextTick, ref } from "vue";
import { useWindow } from "./useWindow";

const VIEW = 680;
const HEIGHT = 34;

function rig() {
  const frame = document.createElement("div");
  frame.style.overflowY = "auto";
  document.body.append(frame);
  Object.defineProperty(frame, "clientHeight", { value: VIEW });
  let top = 0;
  const table = defineComponent(() => {
    const element = ref<HTMLElement | null>(null);
    const shown = useWindow(element, () => 100_000, HEIGHT);
    return () => h("div", { ref: element, "data-rows": shown.value.last - shown.value.first });
  });
  const wrapper = mount(table, { attachTo: frame });
  wrapper.element.getBoundingClientRect = () => ({ top: -top }) as DOMRect;
  frame.getBoundingClientRect = () => ({ top: 0 }) as DOMRect;
  const rows = () => Number(wrapper.element.getAttribute("data-rows"));
  const scrollTo = async (to: number) => {
    top = to;
    frame.dispatchEvent(new Event("scroll"));
    await nextTick();
    return rows();
  };
  return { scrollTo, rows, wrapper };
}

describe("the rows that are drawn", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("are more than those that are seen while somebody reads along", async () => {
    const { scrollTo, wrapper } = rig();
    expect(await scrollTo(3_400)).toBeLessThan(30);
    vi.advanceTimersByTime(200);
    expect(await scrollTo(3_400 + VIEW / 2)).toBe(44);
    wrapper.unmount();
  });

  it("are hardly more while screens fly past, and more again after landing", async () => {
    const { scrollTo, rows, wrapper } = rig();
    for (const top of [10_000, 20_000, 30_000]) {
      expect(await scrollTo(top)).toBe(24);
      vi.advanceTimersByTime(16);
    }
    vi.advanceTimersByTime(200);
    await nextTick();
    expect(rows()).toBe(44);
    wrapper.unmount();
  });
});
