import type { VoiceDevice } from "./browserPhone";

/** Loaded only where it is used: the console of other installations stays as small as it is. */
export async function createVoiceDevice(token: string): Promise<VoiceDevice> {
  const { Device } = await import("@twilio/voice-sdk");
  const device = new Device(token, { closeProtection: true, logLevel: "error" });
  device.audio?.incoming(false);
  device.audio?.disconnect(false);
  return device;
}
