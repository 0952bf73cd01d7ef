// Prompts read aloud by the browser. It never holds anything up: no voice, no sound, no error.

const synthesis = window.speechSynthesis;
const RATE = 1.15; // a little faster than the carrier's clock, so that reading never lags behind

// Some browsers load their voices only when asked for the first time.
synthesis?.getVoices();

export function speak(text, language) {
  if (!synthesis || !text) return;
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.lang = spoken(language);
  utterance.rate = RATE;
  const voice = voiceFor(utterance.lang);
  if (voice) utterance.voice = voice;
  synthesis.speak(utterance);
}

export function hush() {
  synthesis?.cancel();
}

export function hasChineseVoice() {
  return Boolean(voiceFor("zh-CN"));
}

function voiceFor(language) {
  const voices = synthesis?.getVoices() ?? [];
  const tag = (voice) => voice.lang.replace("_", "-");
  const near = language.split("-")[0];
  return (
    voices.find((voice) => tag(voice) === language) ??
    voices.find((voice) => tag(voice).split("-")[0] === near && !/HK|TW/.test(tag(voice)))
  );
}

/** Telephony writes Mandarin as cmn-CN, browsers as zh-CN. */
function spoken(language) {
  return (language || "zh-CN").replace(/^cmn(-Hans)?-/, "zh-");
}
