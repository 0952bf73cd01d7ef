// Hold to talk, where the browser can turn Mandarin into text.

const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;

/** `button` is shown and wired only where recognition exists. */
export function wireMicrophone(button, { mayTalk, onWords, onDraft, onHeld, onTrouble }) {
  if (!Recognition) return;
  button.hidden = false;
  let recognition = null;

  function press() {
    if (recognition || !mayTalk()) return;
    recognition = listen({ onDraft, onTrouble, onEnd: finish });
    onHeld(true);
  }

  function release() {
    recognition?.stop();
  }

  function finish(words) {
    recognition = null;
    onHeld(false);
    if (words) onWords(words);
  }

  button.addEventListener("pointerdown", (event) => {
    button.setPointerCapture(event.pointerId);
    press();
  });
  for (const name of ["pointerup", "pointercancel", "blur"]) button.addEventListener(name, release);
  button.addEventListener("keydown", (event) => {
    if (event.repeat || ![" ", "Enter"].includes(event.key)) return;
    event.preventDefault();
    press();
  });
  button.addEventListener("keyup", release);
  button.addEventListener("contextmenu", (event) => event.preventDefault());
}

function listen({ onDraft, onTrouble, onEnd }) {
  const recognition = new Recognition();
  let words = "";
  Object.assign(recognition, { lang: "zh-CN", interimResults: true, continuous: true });
  recognition.onresult = (event) => {
    words = [...event.results].map((result) => result[0].transcript).join("");
    onDraft(words);
  };
  recognition.onerror = (event) => {
    if (event.error !== "no-speech" && event.error !== "aborted") onTrouble();
  };
  recognition.onend = () => onEnd(words.trim());
  recognition.start();
  return recognition;
}
