import { computed, ref, watch } from "vue";
import { inHand } from "@/api/phone";
import type { Call, MonitorMode } from "@/api/types";
import { useText } from "@/i18n";
import { useCallFold } from "@/phone/useCallCommands";
import { usePhone } from "@/phone/usePhone";
import { useAction } from "@/records/actions";
import { useLiveCalls } from "@/records/queries";
import { toast } from "@/ui/toasts";

export const MONITOR_REASONS = ["quality", "training", "complaint", "help"] as const;
export type MonitorReason = (typeof MONITOR_REASONS)[number];

/** One talk at a time is listened to; the supervisor's own telephone rings for it at first. */
export function useMonitor() {
  const text = useText();
  const phone = usePhone();
  const live = useLiveCalls();
  const fold = useCallFold();
  const monitoredId = ref<string | null>(null);
  const mode = ref<MonitorMode | null>(null);
  /** Why somebody listens in: written into the audit when the talk is entered. */
  const reason = ref<MonitorReason>("quality");

  const action = useAction<{ call: Call; wanted: MonitorMode }, Call>({
    async run({ call, wanted }) {
      // One ear: whatever this telephone was in before, it leaves.
      const isElsewhere = monitoredId.value !== call.id && phone.line.state !== "idle";
      if (isElsewhere) await phone.driver.hangUp();
      return inHand.monitor(call.id, wanted, text.value.live.talks.reasons[reason.value]);
    },
    done(call, { wanted }) {
      fold.put(call);
      const isNew = monitoredId.value !== call.id;
      monitoredId.value = wanted === "stop" ? null : call.id;
      mode.value = wanted === "stop" ? null : wanted;
      const { talks } = text.value.live;
      if (wanted !== "stop") toast("success", talks.joined(talks[wanted]));
      if (isNew && wanted !== "stop") void phone.driver.answer();
    },
  });

  watch(
    () => live.data.value?.items.some(({ id }) => id === monitoredId.value),
    (isLive) => {
      if (isLive === false) monitoredId.value = mode.value = null;
    },
  );

  return {
    mode,
    monitoredId,
    reason,
    isBusy: computed(() => action.isPending.value),
    monitor: (call: Call, wanted: MonitorMode) => action.mutate({ call, wanted }),
  };
}
