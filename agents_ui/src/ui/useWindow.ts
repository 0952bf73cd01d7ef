import { computed, onBeforeUnmount, onMounted, ref, watch, type Ref } from "vue";
import { SPARE, visibleRange } from "./visibleRange";

/** Fewer rows than this are drawn whole: searching in the page finds them all. */
export const DRAWN_WHOLE = 150;

/** While whole screens fly past, spare rows would be thrown away before anybody sees them. */
const SPARE_IN_FLIGHT = 2;
const LANDED_MS = 120;

/** Which rows of a long table are on the screen; the rest is room above and below. */
export function useWindow(table: Ref<HTMLElement | null>, count: () => number, height: number) {
  const top = ref(0);
  const view = ref(0);
  const spare = ref(SPARE);
  let landing = 0;
  let frame: HTMLElement | null = null;

  function measure(): void {
    if (!frame || !table.value) return;
    const above = table.value.getBoundingClientRect().top - frame.getBoundingClientRect().top;
    const now = Math.max(0, -above);
    if (Math.abs(now - top.value) > frame.clientHeight) fly();
    top.value = now;
    view.value = frame.clientHeight;
  }

  function fly(): void {
    spare.value = SPARE_IN_FLIGHT;
    clearTimeout(landing);
    landing = window.setTimeout(() => (spare.value = SPARE), LANDED_MS);
  }

  const resized = typeof ResizeObserver === "undefined" ? null : new ResizeObserver(measure);
  onMounted(() => {
    frame = scrollerOf(table.value);
    frame?.addEventListener("scroll", measure, { passive: true });
    if (frame) resized?.observe(frame);
    measure();
  });
  onBeforeUnmount(() => {
    frame?.removeEventListener("scroll", measure);
    resized?.disconnect();
    clearTimeout(landing);
  });
  watch(count, measure, { flush: "post" });

  return computed(() =>
    count() <= DRAWN_WHOLE
      ? { first: 0, last: count(), above: 0, below: 0 }
      : visibleRange({
          count: count(),
          height,
          top: top.value,
          view: view.value,
          spare: spare.value,
        }),
  );
}

function scrollerOf(element: HTMLElement | null): HTMLElement | null {
  let at = element?.parentElement ?? null;
  while (at && !/auto|scroll/.test(getComputedStyle(at).overflowY)) at = at.parentElement;
  return at;
}
