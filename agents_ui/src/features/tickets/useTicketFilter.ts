import { computed, ref, watch } from "vue";
import { useRoute, useRouter } from "vue-router";
import type { TicketFilter } from "@/api/hotline";
import { fromQuery, toFilter, toQuery, type FilterForm } from "./filterForm";

export { DATES, type FilterForm } from "./filterForm";

const TYPING_MS = 250;

/** The filter lives in the address: it can be sent to a colleague, and Back brings it back. */
export function useTicketFilter() {
  const route = useRoute();
  const router = useRouter();
  const form = computed<FilterForm>(() => fromQuery(route.query));
  const typed = ref(form.value.q);
  let timer: ReturnType<typeof setTimeout> | undefined;

  watch(typed, (q) => {
    clearTimeout(timer);
    timer = setTimeout(() => set({ q: q.trim() }), TYPING_MS);
  });
  watch(
    () => form.value.q,
    (q) => {
      if (q !== typed.value.trim()) typed.value = q;
    },
  );

  function set(change: Partial<FilterForm>): void {
    if (route.name !== "tickets") return;
    void router.replace({ query: toQuery({ ...form.value, ...change }) });
  }

  function clear(): void {
    typed.value = "";
    clearTimeout(timer);
    void router.replace({ query: {} });
  }

  const filter = computed<TicketFilter>(() => toFilter(form.value, Date.now()));
  const isFiltered = computed(() => Object.keys(toQuery(form.value)).length > 0);
  const query = computed(() => toQuery(form.value));
  return { form, query, typed, set, clear, filter, isFiltered };
}
