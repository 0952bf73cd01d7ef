import { computed, ref, watch } from "vue";
import { useRoute, useRouter, type LocationQuery } from "vue-router";
import type { TicketFilter } from "@/api/hotline";

export interface FilterForm {
  q: string;
  status: string;
  district: string;
  kind: string;
  mine: boolean;
  overdue: boolean;
}

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

  const filter = computed<TicketFilter>(() => toFilter(form.value));
  const isFiltered = computed(() => Object.keys(toQuery(form.value)).length > 0);
  return { form, typed, set, clear, filter, isFiltered };
}

function fromQuery(query: LocationQuery): FilterForm {
  const text = (name: string) => (typeof query[name] === "string" ? query[name] : "");
  return {
    q: text("q"),
    status: text("status"),
    district: text("district"),
    kind: text("kind"),
    mine: text("mine") === "1",
    overdue: text("overdue") === "1",
  };
}

function toQuery(form: FilterForm): Record<string, string> {
  const all = { ...form, mine: form.mine ? "1" : "", overdue: form.overdue ? "1" : "" };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
}

function toFilter({ q, status, district, kind, mine, overdue }: FilterForm): TicketFilter {
  return {
    ...(q && { q }),
    ...(status && { status }),
    ...(district && { district }),
    ...(kind && { kind }),
    ...(mine && { mine }),
    // A whole minute, so that the key of the query does not change at every look.
    ...(overdue && {
      due_before: new Date(Math.floor(Date.now() / 60_000) * 60_000).toISOString(),
    }),
  };
}
