import { IDLE, type PhoneDriver } from "./driver";

/** A telephone on the desk: it rings, is picked up and heard there. The console sends intents only. */
export function createDeskPhone(): PhoneDriver {
  return {
    kind: "desk-phone",
    register: (tell) => tell(IDLE),
    unregister: () => {},
    answer: () => Promise.resolve(false),
    hangUp: () => Promise.resolve(),
    press: () => Promise.resolve(false),
    say: () => Promise.resolve(false),
  };
}
