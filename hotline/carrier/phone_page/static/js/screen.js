// The screen of a phone in a call: who, how long, what is heard now, and the round buttons.
import { HOTLINE, nameOf, namesOf } from "./addresses.js";
import * as ear from "./ear.js";
import { t } from "./i18n.js";
import { wireKeypad } from "./keypad.js";

const $ = (id) => document.getElementById(id);
const SPEAKING = new Set(["prompt", "talking", "waiting"]);

export function createScreen({ onKey, onMute, onHangUp, onAgain, onBack }) {
  let current = null;
  wireKeypad($("call-keys"), onKey);
  $("mute").addEventListener("click", onMute);
  $("hang-up").addEventListener("click", onHangUp);
  $("again").addEventListener("click", onAgain);
  $("back").addEventListener("click", onBack);
  $("keypad").addEventListener("click", () => openKeypad(!isKeypadOpen()));
  $("aloud").addEventListener("click", () => {
    ear.switchAloud();
    show(current);
    ear.follow(current);
  });
  setInterval(() => current?.stage === "live" && showClock(current), 500);

  function show(call) {
    const isNewStage = call.stage !== current?.stage;
    current = call;
    document.body.dataset.stage = call.stage;
    document.body.dataset.phase = call.phase;
    if (isNewStage && call.stage !== "live") openKeypad(false);
    $("party").textContent = nameOf(call.to || HOTLINE);
    $("caller-shown").textContent = t("caller.as", { who: callerOf(call) });
    $("caption").textContent = captionOf(call);
    $("heard").textContent = call.stage === "live" ? call.heard : "";
    document.body.dataset.voice = call.stage === "live" && SPEAKING.has(call.phase) ? "on" : "off";
    showClock(call);
    for (const id of ["mute", "keypad"]) $(id).disabled = call.stage !== "live";
    pressed("mute", call.isMuted);
    pressed("aloud", ear.isAloud());
  }

  return { show };
}

function callerOf(call) {
  return call.callerMasked || t(`caller.${call.callerId || "withheld"}`);
}

function captionOf(call) {
  if (call.stage === "calling") return t("phase.connecting");
  if (call.stage === "ended") return t(call.reason);
  if (call.phase === "idle") return "";
  return t(`phase.${call.phase}`, { who: namesOf(call.parties) });
}

function showClock(call) {
  const until = call.stage === "ended" ? call.endedAt : Date.now();
  const time = call.startedAt ? clockFace(until - call.startedAt) : "";
  $("clock").textContent = clockText(call, time);
}

function clockText(call, time) {
  if (call.stage === "ended") return time ? t("call.duration", { time }) : t("call.ended");
  if (call.isLeaving) return t("call.leaving");
  return call.stage === "calling" ? t("call.calling") : time;
}

function clockFace(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}

function isKeypadOpen() {
  return document.body.dataset.keypad === "open";
}

function openKeypad(isOpen) {
  document.body.dataset.keypad = isOpen ? "open" : "closed";
  $("keypad").setAttribute("aria-expanded", isOpen);
}

function pressed(id, isPressed) {
  $(id).setAttribute("aria-pressed", isPressed);
}
