import { watch } from "vue";
import { useRouter } from "vue-router";
import type { Alarm } from "@/api/types";
import { useText, wordFor } from "@/i18n";
import { useAlarmLog } from "@/records/alarms";
import { toast } from "@/ui/toasts";

/** Says each new alarm in the corner, on whatever screen the agent is, and leads to its call. */
export function useAlarms(): void {
  const text = useText();
  const router = useRouter();
  const { data: alarms } = useAlarmLog();

  watch(alarms, (now, before) => {
    const known = new Set(before.map(({ id }) => id));
    for (const alarm of now) if (!known.has(alarm.id)) say(alarm);
  });

  function say(alarm: Alarm): void {
    const { shell, words } = text.value;
    const place = alarm.district ? wordFor(words.district, alarm.district) : "";
    const title = Object.hasOwn(shell.alarm, alarm.kind)
      ? wordFor(shell.alarm, alarm.kind)
      : shell.alarm.other;
    const said = [title, place, alarm.text].filter(Boolean).join(" · ");
    const { call_id: call } = alarm;
    const view = () => void router.push({ name: "desk", query: { call } });
    const isUrgent = alarm.kind === "emergency";
    const action = call ? { label: shell.alarm.view, run: view } : undefined;
    toast(isUrgent ? "danger" : "warning", said, action, isUrgent);
  }
}
