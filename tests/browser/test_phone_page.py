"""The virtual phone in a real Chromium, against a scripted line."""

import asyncio
import re
from typing import Any

import pytest
from playwright.async_api import Page, Request, expect

from tests.browser.conftest import OpenPage
from tests.browser.fake_line import GREETING, HEATING, WAV, FakeLine
from tests.browser.steps import dial, say

pytestmark = pytest.mark.browser


async def test_a_call_is_a_dialogue(page: Page, line: FakeLine) -> None:
    await expect(page.locator("#number")).to_have_value("114")
    await dial(page)
    await say(page, "我家暖气不热，我在滨河街道")
    await expect(page.locator(".hotline .line-text")).to_have_text([GREETING, HEATING])
    await expect(page.locator(".caller .line-text")).to_have_text(["我家暖气不热，我在滨河街道"])
    await expect(page.locator("#heard")).to_have_text(HEATING)
    assert line.said == ["我家暖气不热，我在滨河街道"]
    assert line.placed == [{"from": "+8613900000101", "to": None}]


async def test_prompts_are_read_aloud_until_that_is_switched_off(
    page: Page, line: FakeLine
) -> None:
    await dial(page)
    assert await page.evaluate("spoken") == [["zh-CN", GREETING]]
    await page.click("#aloud")
    line.say("这句不读。")
    await expect(page.locator(".hotline .line-text").last).to_have_text("这句不读。")
    assert len(await page.evaluate("spoken")) == 1
    await page.reload()
    await expect(page.locator("#aloud")).to_have_attribute("aria-pressed", "false")


MICROPHONE = """
window.SpeechRecognition = class {
  start() { window.language = this.lang; }
  stop() { this.onresult({ results: [[{ transcript: "路灯坏了" }]] }); this.onend(); }
};
"""
NO_MICROPHONE = "delete window.SpeechRecognition; delete window.webkitSpeechRecognition;"


async def test_held_the_microphone_speaks_mandarin(open_page: OpenPage, line: FakeLine) -> None:
    page = await open_page(before=MICROPHONE)
    await dial(page)
    await page.hover("#microphone")
    await page.mouse.down()
    await expect(page.locator("#hint")).to_have_text("正在听您说…")
    await page.mouse.up()
    await expect(page.locator(".caller .line-text")).to_have_text("路灯坏了")
    await expect(page.locator("#words")).to_have_value("")
    assert line.said == ["路灯坏了"]
    assert await page.evaluate("language") == "zh-CN"


async def test_where_speech_is_not_recognized_there_is_no_microphone(open_page: OpenPage) -> None:
    page = await open_page(before=NO_MICROPHONE)
    await dial(page)
    await expect(page.locator("#send")).to_be_visible()
    await expect(page.locator("#microphone")).to_be_hidden()


async def test_only_sounds_of_this_server_are_played(
    page: Page, line: FakeLine, address: str
) -> None:
    await dial(page)
    line.act("play", url="http://elsewhere.test/music.wav")
    line.act("play", url=f"{address}/music.wav")
    await expect(page.locator(".system .line-text").last).to_have_text("播放一段声音")
    assert await page.evaluate("played") == [f"{address}/music.wav"]
    assert WAV.startswith(b"RIFF")


async def test_being_ignored_is_said_gently(page: Page, line: FakeLine) -> None:
    await dial(page)
    line.is_listening = False
    await say(page, "喂？")
    await expect(page.locator("#hint")).to_have_text("对方正在说话或没有在听")
    await expect(page.locator(".caller .line-result")).to_have_text("没有听到")


async def test_keys_of_the_screen_and_of_the_keyboard_are_pressed(
    page: Page, line: FakeLine
) -> None:
    await dial(page)
    await page.click("#keypad")
    await page.click("#call-keys [data-key='0']")
    await page.focus("#transcript")
    await page.keyboard.type("7#*x")
    await expect(page.locator(".caller .line-text")).to_have_text(
        ["按键 0", "按键 7", "按键 #", "按键 *"]
    )
    assert line.pressed == ["0", "7", "#", "*"]


async def test_digits_in_a_sentence_are_no_keys(page: Page, line: FakeLine) -> None:
    await dial(page)
    await page.focus("#words")
    await page.keyboard.type("3号楼")
    await expect(page.locator("#words")).to_have_value("3号楼")
    assert line.pressed == []


async def test_the_caller_is_on_hold_in_words_without_raw_names(page: Page, line: FakeLine) -> None:
    await dial(page)
    await say(page, "人工")
    await expect(page.locator("#caption")).to_have_text("正在排队等候人工坐席")
    line.act("bridged", to="client:agent-17")
    line.act("hold", on=True)
    line.act("hold", on=False)
    line.act("redirect", url="http://app.test/secret")
    line.act("error", code=11200, message="HTTP retrieval failure")
    await expect(page.locator(".system .line-text").last).to_contain_text("系统出了点问题")
    shown = await page.locator("main").inner_text()
    for raw in ("mandarin-9f31", "agent-17", "enqueue", "http", "11200", "retrieval", "CA0"):
        assert raw not in shown
    for word in ("已接通 人工坐席", "对方请您稍候", "通话已恢复"):
        assert word in shown


async def test_words_of_a_person_on_the_line_are_shown(page: Page, line: FakeLine) -> None:
    await dial(page)
    line.act("bridged", to="client:agent-1")
    line.talk.append({"seq": 1, "at": 9.0, "from": "CAx", "text": "您好，我是话务员。"})
    await expect(page.locator(".hotline .line-text").last).to_have_text("您好，我是话务员。")
    await expect(page.locator("#heard")).to_have_text("您好，我是话务员。")
    await asyncio.sleep(0.8)
    await expect(page.locator(".hotline")).to_have_count(2)


async def test_dialled_mobile_numbers_are_masked_and_known_ones_named(
    page: Page, line: FakeLine
) -> None:
    await dial(page)
    line.act("dial", to=["+8613912345678"], timeout=20, caller_id="+86473114")
    line.act("dial", to=["119"], timeout=20, caller_id="+86473114")
    lines = page.locator(".system .line-text")
    await expect(lines.last).to_have_text("正在转接 119 消防救援")
    await expect(lines.nth(-2)).to_have_text("正在转接 139****5678")


async def test_muted_callers_are_not_heard(page: Page, line: FakeLine) -> None:
    await dial(page)
    await page.click("#mute")
    await say(page, "听得到吗")
    await expect(page.locator("#hint")).to_have_text("您已静音，先取消静音再说话")
    await expect(page.locator("#words")).to_have_value("听得到吗")
    assert line.said == []
    await page.click("#mute")
    await page.press("#words", "Enter")
    await expect(page.locator(".caller")).to_have_count(1)
    assert line.said == ["听得到吗"]


async def test_a_suggestion_at_rest_calls_and_speaks_once_somebody_listens(
    page: Page, line: FakeLine
) -> None:
    await page.click("text=着火了")
    await expect(page.locator(".system .line-text").last).to_have_text("正在转接 119 消防救援")
    assert line.said == ["着火了"]


ENDS = [
    ([("reject", {"reason": "busy"}), ("hangup", {"by": "document"})], "对方正忙"),
    ([("reject", {"reason": "rejected"}), ("hangup", {"by": "document"})], "对方拒绝接听"),
    ([("error", {"code": 11200}), ("hangup", {"by": "host"})], "没有接通"),
    ([("say", {"text": "再见。"}), ("hangup", {"by": "document"})], "对方已挂断"),
    ([("say", {"text": "您好。"}), ("hangup", {"by": "rest"})], "对方已挂断"),
    ([("say", {"text": "您好。"}), ("hangup", {"by": "host"})], "线路中断"),
]


@pytest.mark.parametrize(("acts", "reason"), ENDS)
async def test_the_end_says_why(
    page: Page, line: FakeLine, acts: list[tuple[str, dict[str, Any]]], reason: str
) -> None:
    line.opening = acts
    await page.click("#call")
    await expect(page.locator("body")).to_have_attribute("data-stage", "ended")
    await expect(page.locator("#caption")).to_have_text(reason)
    await expect(page.locator("#again")).to_be_focused()


async def test_hanging_up_and_calling_again(page: Page, line: FakeLine) -> None:
    await dial(page)
    await page.click("#hang-up")
    await expect(page.locator("#caption")).to_have_text("您已挂断")
    await expect(page.locator("#clock")).to_have_text(re.compile(r"^通话 \d\d:\d\d$"))
    await page.click("#again")
    await expect(page.locator(".hotline")).to_have_count(1)
    await expect(page.locator("body")).to_have_attribute("data-stage", "live")
    assert len(line.placed) == 2
    await page.click("#hang-up")
    await page.click("#back")
    await expect(page.locator("#number")).to_be_visible()


async def test_hanging_up_before_anybody_answers(page: Page, line: FakeLine) -> None:
    line.opening = []
    await page.click("#call")
    await page.click("#hang-up")
    await expect(page.locator("#caption")).to_have_text("您取消了呼叫")


async def test_a_reload_keeps_the_call_and_the_dialogue(page: Page, line: FakeLine) -> None:
    await dial(page)
    await say(page, "我家暖气不热，我在滨河街道")
    await expect(page.locator(".hotline")).to_have_count(2)
    await page.reload()
    await expect(page.locator(".line-text")).to_have_count(5)
    assert await page.evaluate("spoken") == []
    line.say("您还在吗？")
    await expect(page.locator(".hotline .line-text").last).to_have_text("您还在吗？")
    assert len(line.placed) == 1


async def test_a_lost_network_is_told_and_caught_up(page: Page, line: FakeLine) -> None:
    await dial(page)
    line.fails = 503
    await expect(page.locator("#cut-off")).to_be_visible()
    await say(page, "有人吗")
    await expect(page.locator(".caller .line-result")).to_have_text("没有发出")
    await expect(page.locator("#words")).to_have_value("有人吗")
    line.say("第一句。")
    line.say("第二句。")
    line.fails = None
    await expect(page.locator(".hotline .line-text")).to_have_text(
        [GREETING, "第一句。", "第二句。"], timeout=10_000
    )
    await expect(page.locator("#cut-off")).to_be_hidden()
    assert [text for _, text in await page.evaluate("spoken")] == [GREETING, "第二句。"]


async def test_a_call_that_the_carrier_forgot_is_over(page: Page, line: FakeLine) -> None:
    await dial(page)
    line.acts.clear()
    await expect(page.locator("#caption")).to_contain_text("电话服务重新启动过")


@pytest.mark.parametrize(
    ("status", "sentence"),
    [(401, "已登录"), (404, "没有开通"), (422, "打不通这个号码"), (500, "暂时出了问题")],
)
async def test_a_refused_call_says_why(
    page: Page, line: FakeLine, status: int, sentence: str
) -> None:
    line.fails = status
    await page.click("#call")
    await expect(page.locator("#dial-problem")).to_contain_text(sentence)
    await expect(page.locator("body")).to_have_attribute("data-stage", "idle")


async def test_another_number_and_a_withheld_caller(page: Page, line: FakeLine) -> None:
    await page.select_option("#caller", "withheld")
    for _ in range(3):
        await page.click("#delete")
    await page.focus("#call")
    await page.keyboard.type("12345")
    await page.click("#dial-keys [data-key='6']")
    await page.click("#delete")
    await page.click("#call")
    await expect(page.locator("#party")).to_have_text("12345 政务服务热线")
    await expect(page.locator("body")).to_have_attribute("data-stage", "live")
    assert line.placed == [{"from": "anonymous", "to": "12345"}]


async def test_an_own_number_is_masked_and_never_part_of_an_address(
    page: Page, line: FakeLine
) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    await page.select_option("#caller", "own")
    await page.click("#call")
    await expect(page.locator("#own-number")).to_be_focused()
    await page.fill("#own-number", "139 1234 5678")
    await dial(page)
    await expect(page.locator("#caller-shown")).to_contain_text("139****5678")
    kept = await page.evaluate("JSON.stringify(sessionStorage) + JSON.stringify(localStorage)")
    assert line.placed == [{"from": "+8613912345678", "to": None}]
    assert "13912345678" not in kept + "".join(asked)


async def test_other_phones_are_told_how_to_answer(page: Page, line: FakeLine) -> None:
    await page.click("summary")
    await page.get_by_label("119 消防救援").select_option("answer")
    await expect(page.locator("#other-result")).to_have_text("已设定：119 消防救援，接听")
    await page.click("#other-form button")
    await expect(page.locator("#other-result")).to_have_attribute("data-problem", "true")
    await page.fill("#other-number", "0473-000-1059")
    await page.select_option("#other-answer", "busy")
    await page.click("#other-form button")
    await expect(page.get_by_label("0473 000 1059")).to_have_value("busy")
    assert line.rings == {"119": "answer", "0473-000-1059": "busy"}
