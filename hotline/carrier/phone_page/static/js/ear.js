// What comes out of the earpiece: read-aloud prompts, played sounds, tones. Can be switched off.
import * as tones from "./tones.js";
import * as voice from "./voice.js";
import { recall, remember } from "./storage.js";

let isOn = recall(localStorage, "phone.aloud") !== false;
let playing = null;
let isRinging = false;

const AFTER_SOUND = new Set(["say", "gather", "leave", "bridged", "join", "dial", "hangup"]);

export const isAloud = () => isOn;

export function switchAloud() {
  isOn = !isOn;
  remember(localStorage, "phone.aloud", isOn);
  if (!isOn) silence();
}

/** While catching up, what was missed stays text; only the newest sentence is spoken. */
export function hear(items, isCatchingUp) {
  if (!isOn) return;
  const audible = isCatchingUp ? items.slice(-1) : items;
  for (const { act, detail } of audible) {
    if (AFTER_SOUND.has(act)) stopPlaying();
    if (act === "say") voice.speak(detail.text, detail.language);
    if (act === "play") play(detail.url);
    if (act === "beep") tones.beep();
  }
}

export function follow(call) {
  const shouldRing = call.stage === "calling" && isOn && !call.isLeaving;
  if (shouldRing && !isRinging) tones.ring();
  if (!shouldRing && isRinging) tones.quiet();
  isRinging = shouldRing;
}

export function keyTone(name) {
  if (isOn) tones.key(name);
}

export function hangUpTone() {
  silence();
  if (isOn) tones.busy();
}

/** Speaking or pressing a key cuts prompts short. */
export function cutIn() {
  voice.hush();
}

export function silence() {
  voice.hush();
  tones.quiet();
  stopPlaying();
}

/** Only sounds of this very server; others stay a line in the conversation. */
function play(address) {
  const url = new URL(address, location.href);
  if (url.origin !== location.origin) return;
  stopPlaying();
  playing = new Audio(url.href);
  playing.play().catch(() => {});
}

function stopPlaying() {
  playing?.pause();
  playing = null;
}
