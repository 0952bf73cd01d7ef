import type { VoiceDevice } from "./browserPhone";

/** Before the end of a token: time enough to ask for the next one more than once. */
const REFRESH_MS = 60_000;

/** Loaded only where it is used: the console of other installations stays as small as it is. */
export async function createVoiceDevice(token: string): Promise<VoiceDevice> {
  const { Device } = await import("@twilio/voice-sdk");
  const device = new Device(token, {
    closeProtection: true,
    logLevel: "error",
    tokenRefreshMs: REFRESH_MS,
  });
  device.audio?.incoming(false);
  device.audio?.disconnect(false);
  return device;
}
