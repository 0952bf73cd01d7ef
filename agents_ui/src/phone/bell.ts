const RING_MS = 2_400;
const TONES = [
  { at: 0, hertz: 880 },
  { at: 0.22, hertz: 1_100 },
] as const;

let sound: AudioContext | null = null;

/** A browser lets a page sound only after a gesture: the first one opens it. */
export function listenForGesture(): () => void {
  return onFirstGesture(() => {
    sound ??= typeof AudioContext === "undefined" ? null : new AudioContext();
  });
}

export function onFirstGesture(run: () => void): () => void {
  const once = () => {
    close();
    run();
  };
  const close = () => {
    removeEventListener("pointerdown", once);
    removeEventListener("keydown", once);
  };
  addEventListener("pointerdown", once);
  addEventListener("keydown", once);
  return close;
}

/** Rings until the answer is called. */
export function ring(): () => void {
  chime();
  const timer = setInterval(chime, RING_MS);
  return () => clearInterval(timer);
}

/** Asked in a gesture, when somebody becomes ready for calls. */
export function askToNotify(): void {
  if (typeof Notification === "undefined" || Notification.permission !== "default") return;
  void Notification.requestPermission().catch(() => "denied");
}

/** On the desktop, when the console is not looked at. The answer takes it away. */
export function notify(title: string, body: string): () => void {
  const isSeen = document.visibilityState === "visible" && document.hasFocus();
  if (isSeen || typeof Notification === "undefined" || Notification.permission !== "granted")
    return () => {};
  const shown = new Notification(title, { body, tag: "hotline-offer", requireInteraction: true });
  shown.onclick = () => {
    window.focus();
    shown.close();
  };
  return () => shown.close();
}

function chime(): void {
  if (!sound) return;
  for (const { at, hertz } of TONES) {
    const tone = new OscillatorNode(sound, { frequency: hertz });
    const volume = new GainNode(sound, { gain: 0.12 });
    const start = sound.currentTime + at;
    volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.5);
    tone.connect(volume).connect(sound.destination);
    tone.start(start);
    tone.stop(start + 0.5);
  }
}
