import { defineStore } from "pinia";
import { computed, ref, shallowRef } from "vue";
import { seatPhone } from "@/api/phone";
import { useDrafts } from "@/records/drafts";
import { onFirstGesture } from "./bell";
import { createBrowserPhone } from "./browserPhone";
import { createCarrierLine } from "./carrierLine";
import { createDeskPhone } from "./deskPhone";
import { IDLE, type PhoneDriver, type PhoneLine, type Words } from "./driver";
import { createTextPhone } from "./textPhone";
import { createVoiceDevice } from "./voiceDevice";

/** This agent's telephone, for as long as somebody is signed in. */
export const usePhone = defineStore("phone", () => {
  const drafts = useDrafts();
  const line = shallowRef<PhoneLine>(IDLE);
  const driver = shallowRef<PhoneDriver>(createDeskPhone());
  const isOn = ref(false);
  const isText = computed(() => driver.value.kind === "text");
  /** Calls are taken, and keys pressed, in the console itself. */
  const isHere = computed(() => driver.value.kind !== "desk-phone");

  function use(next: PhoneDriver): void {
    driver.value.unregister();
    driver.value = next;
    next.register((now) => (line.value = now));
  }

  function turnOn(username: string): void {
    if (isOn.value) return;
    isOn.value = true;
    use(
      createTextPhone({
        line: createCarrierLine(`client:${username}`),
        later,
        kept: (sid) => readWords(drafts.drafts[placeOf(sid)]),
        keep: (sid, words) => drafts.put(placeOf(sid), JSON.stringify(words)),
        missing: () => use(browserPhone()),
      }),
    );
  }

  /** Where another host carries the calls: in the browser if it can, else on the desk. */
  function browserPhone(): PhoneDriver {
    return createBrowserPhone({
      token: seatPhone.token,
      device: createVoiceDevice,
      onGesture: onFirstGesture,
      later,
      missing: () => use(createDeskPhone()),
    });
  }

  function turnOff(): void {
    if (!isOn.value) return;
    isOn.value = false;
    use(createDeskPhone());
  }

  return { line, driver, isText, isHere, turnOn, turnOff };
});

function later(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

const placeOf = (sid: string) => `talk:${sid}`;

function readWords(stored: string | undefined): readonly Words[] {
  try {
    return JSON.parse(stored ?? "[]") as Words[];
  } catch {
    return [];
  }
}
