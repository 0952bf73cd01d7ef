import { computed, type ComputedRef } from "vue";
import { useText } from "@/i18n";
import { cellOf, type Periods } from "./limits";

interface LimitWords {
  /** 签收（紧急） */
  name(step: string, name: string): string;
  /** 4工作小时 */
  limit(short: string): string;
  /** 08:30–12:00、14:30–18:00 */
  office(periods: Periods): string;
}

/** Limits as people say them, in the language of this console. */
export function useLimitWords(): ComputedRef<LimitWords> {
  const text = useText();
  return computed(() => {
    const words = text.value.rules.limits;
    const names: Readonly<Record<string, string>> = {
      ...text.value.words.urgency,
      ...text.value.words.kind,
      ...words.names,
    };
    const steps: Readonly<Record<string, string>> = words.steps;
    return {
      name: (step, name) => words.named(steps[step] ?? step, names[name] ?? name),
      limit(short) {
        const { amount, unit } = cellOf(short);
        return words.amount(amount, words.units[unit]);
      },
      office: (periods) => periods.map((period) => period.join("–")).join(words.and),
    };
  });
}
