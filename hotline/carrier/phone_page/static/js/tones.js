// The tones of a Chinese telephone network, made here: ringing, busy, keys and the beep.

const RINGING = { on: 1, off: 4 };
const BUSY = { on: 0.35, off: 0.35 };
const NETWORK_HERTZ = 450;
const ROWS = [697, 770, 852, 941];
const COLUMNS = [1209, 1336, 1477];
const KEYS = "123456789*0#";

let audio;
let repeating;

export function ring() {
  repeat(RINGING, Infinity);
}

export function busy() {
  repeat(BUSY, 4);
}

export function beep() {
  sound([1000], 0.4);
}

export function key(name) {
  const place = KEYS.indexOf(name);
  if (place >= 0) sound([ROWS[Math.floor(place / 3)], COLUMNS[place % 3]], 0.14);
}

export function quiet() {
  clearTimeout(repeating);
  repeating = undefined;
}

function repeat({ on, off }, times) {
  quiet();
  let left = times;
  const next = () => {
    if (left <= 0) return;
    left -= 1;
    sound([NETWORK_HERTZ], on);
    repeating = setTimeout(next, (on + off) * 1000);
  };
  next();
}

function sound(hertz, seconds) {
  audio ??= window.AudioContext ? new AudioContext() : null;
  if (!audio) return;
  audio.resume().catch(() => {});
  if (audio.state === "suspended" && !navigator.userActivation?.isActive) return;
  const volume = audio.createGain();
  const end = audio.currentTime + seconds;
  volume.gain.setValueAtTime(0.05, audio.currentTime);
  volume.gain.setValueAtTime(0.05, end - 0.02);
  volume.gain.linearRampToValueAtTime(0, end);
  volume.connect(audio.destination);
  for (const frequency of hertz) {
    const tone = new OscillatorNode(audio, { frequency });
    tone.connect(volume);
    tone.start();
    tone.stop(end);
  }
}
