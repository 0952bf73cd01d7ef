// Start here. One call, shown three times: on the phone's screen, as a dialogue, and by ear.
import { isOpen } from "./acts.js";
import { createPhoneLine } from "./call.js";
import { createComposer, hint, hintAbout } from "./composer.js";
import { createDialer } from "./dialer.js";
import * as ear from "./ear.js";
import { onLanguage, switchLanguage, translatePage } from "./i18n.js";
import { wireKeyboard } from "./keypad.js";
import { wireOtherLines } from "./lines.js";
import { createScreen } from "./screen.js";
import { wireTheme } from "./theme.js";
import { showTranscript, wireTranscript } from "./transcript.js";
import { hasChineseVoice } from "./voice.js";

const $ = (id) => document.getElementById(id);
const hasMouse = window.matchMedia("(hover: hover) and (pointer: fine)").matches;

let prepared = ""; // a suggestion chosen before the call, said once they listen
let stage = "";

translatePage();
$("language").addEventListener("click", switchLanguage);
wireTheme($("theme"));

const line = createPhoneLine({ onChange: show, onActs: listen });
const dialer = createDialer({ onDial: (wanted) => line.dial(wanted) });
const screen = createScreen({
  onKey: press,
  onMute: () => line.mute(),
  onHangUp: () => (ear.silence(), line.hangUp()),
  onAgain: () => (line.putAway(), dialer.dial()),
  onBack: () => line.putAway(),
});
const composer = createComposer({
  getCall: () => line.call,
  onSay: speak,
  onTry(text) {
    prepared = text;
    if (line.call.stage === "ended") line.putAway();
    dialer.dial();
    hint("talk.queued", { text });
  },
});
wireKeyboard((key) => (line.call.stage === "idle" ? dialer.type(key) : press(key)));
wireOtherLines();
wireTranscript($("transcript"));
onLanguage(() => show(line.call));
line.findAgain();

function show(call) {
  screen.show(call);
  composer.show(call);
  ear.follow(call);
  showTranscript($("transcript"), call.lines);
  $("transcript-empty").hidden = call.lines.length > 0;
  $("cut-off").hidden = !(call.isCutOff && isOpen(call));
  if (call.stage !== stage) enter(call.stage, stage);
}

/** Focus follows the call, and never opens a keyboard on a touch screen by itself. */
function enter(next, before) {
  stage = next;
  const start = { calling: "hang-up", ended: "again", idle: "call", live: hasMouse ? "words" : "party" };
  if (before) $(start[next]).focus({ preventScroll: true });
  if (next === "live" && !hasChineseVoice() && ear.isAloud() && !prepared) hint("hint.noVoice");
  if (next === "ended") {
    prepared = "";
    ear.hangUpTone();
  }
}

function listen(acts, isCatchingUp) {
  ear.hear(acts, isCatchingUp);
  if (!prepared || !acts.some(({ act, detail }) => act === "gather" && /speech/.test(detail.input))) {
    return;
  }
  const text = prepared;
  prepared = "";
  speak(text).then(hintAbout);
}

async function speak(text) {
  if (line.call.isMuted) return "muted";
  ear.cutIn();
  return line.say(text);
}

async function press(key) {
  if (line.call.stage !== "live") return;
  ear.cutIn();
  ear.keyTone(key);
  hintAbout(await line.press(key));
}
