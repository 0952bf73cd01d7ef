import type { recording as source } from "../zh-CN/recording";
import type { Text } from "../text";

export const recording: Text<typeof source> = {
  title: "Recordings",
  kind: { talk: "Call recording", message: "Voice message" },
  state: {
    running: "Recording",
    ended: "Being saved",
    kept: "Kept",
    lost: "Nothing recorded",
    erased: "Erased after its time",
  },
  pauses: (n) => `paused ${n}×`,
  held: "Held",
  play: "Listen",
  dialog: "Listen to the recording",
  reason: "Reason",
  hint: "The reason and the time are written to the audit log.",
  missing: "Give a reason of at least 4 characters.",
  logged: "This hearing is written to the audit log.",
  live: { on: "Recording", pausing: "Pausing the recording…", paused: "Recording paused" },
  pause: "Pause recording",
  resume: "Resume recording",
  key: "Pause or resume the recording",
};
