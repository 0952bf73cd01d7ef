import { computed } from "vue";
import { useRoute, useRouter } from "vue-router";
import { SPANS, type SpanName } from "./span";

export const TABS = ["overview", "pivot", "topics", "reports"] as const;
export type Tab = (typeof TABS)[number];

/** What is looked at lives in the address: it can be sent to a colleague, and Back brings it back. */
export function useAddress(tab: () => string | undefined) {
  const route = useRoute();
  const router = useRouter();
  const of = (name: string) => {
    const value = route.query[name];
    return typeof value === "string" ? value : "";
  };
  const kept = (name: string) =>
    computed({
      get: () => of(name),
      set: (value: string) =>
        void router.replace({ query: { ...route.query, [name]: value || undefined } }),
    });
  const asked = kept("span");
  return {
    tab: computed<Tab>({
      get: () => TABS.find((one) => one === tab()) ?? "overview",
      set: (name) =>
        void router.replace({
          params: { tab: name === "overview" ? "" : name },
          query: route.query,
        }),
    }),
    span: computed<SpanName>({
      get: () => SPANS.find((one) => one === asked.value) ?? "month",
      set: (name) => (asked.value = name === "month" ? "" : name),
    }),
    from: kept("from"),
    to: kept("to"),
    organization: kept("organization"),
    kpi: kept("kpi"),
  };
}
