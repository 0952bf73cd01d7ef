import { computed, ref, watch } from "vue";
import { useRoute, useRouter } from "vue-router";
import type { Call, Candidate } from "@/api/types";
import { useCall, useLiveCalls } from "@/records/queries";
import { nextShown } from "./nextShown";
import { byNeed } from "./order";

/** Which call is looked at, and which of its entries. */
export function useDesk() {
  const route = useRoute();
  const router = useRouter();
  const live = useLiveCalls();
  const calls = computed<Call[]>(() => [...(live.data.value?.items ?? [])].sort(byNeed));

  const asked = typeof route.query["call"] === "string" ? route.query["call"] : null;
  const shownId = ref<string | null>(asked);
  /** Chosen by the agent: nothing that happens takes it away. */
  const isChosen = ref(asked !== null);
  const shown = useCall(shownId);
  const call = computed<Call | null>(() => shown.data.value ?? null);

  watch(
    [calls, () => call.value?.status],
    () => {
      shownId.value = nextShown(calls.value, shownId.value, isChosen.value);
    },
    { immediate: true },
  );

  watch(
    () => route.query["call"],
    (id) => {
      if (typeof id === "string") choose(id);
    },
  );

  function choose(id: string): void {
    shownId.value = id;
    isChosen.value = true;
    if (route.query["call"]) void router.replace({ query: {} });
  }

  function step(by: number): void {
    const at = calls.value.findIndex(({ id }) => id === shownId.value);
    const next = calls.value[Math.min(calls.value.length - 1, Math.max(0, at + by))];
    if (next) choose(next.id);
  }

  const pickedId = ref<string | null>(null);
  watch(shownId, () => (pickedId.value = null));

  const candidates = computed<Candidate[]>(() => call.value?.candidates.slice(0, 3) ?? []);
  const candidate = computed<Candidate | null>(
    () =>
      candidates.value.find(({ entry_id }) => entry_id === pickedId.value) ??
      candidates.value[0] ??
      null,
  );

  function pick(at: number): void {
    pickedId.value = candidates.value[at]?.entry_id ?? pickedId.value;
  }

  return { live, calls, shown, shownId, call, choose, step, candidates, candidate, pick };
}
