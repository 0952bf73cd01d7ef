"""Editors see what is missing, not a list of sentences."""

from hotline.conversation.gaps import Proposal, Utterance, gaps_in


def heard(text: str, entry_id: str | None = None, confidence: float = 0.0, chosen=None):  # type: ignore[no-untyped-def]
    return Utterance(text, entry_id, confidence, chosen)


def test_like_utterances_are_one_group_and_the_largest_comes_first() -> None:
    gaps = gaps_in(
        [
            heard("想给猫办个证"),
            heard("无人机在哪登记"),
            heard("无人机登记去哪里"),
            heard("我的无人机要在哪登记"),
        ]
    )
    assert [gap.count for gap in gaps] == [3, 1]
    assert gaps[0].examples[0] == "无人机在哪登记"


def test_what_is_near_an_entry_lacks_a_phrase_and_what_is_not_lacks_an_entry() -> None:
    near, far = gaps_in(
        [
            heard("娃娃户口咋上", "svc-hukou-birth", 0.5),
            heard("娃娃户口咋上呀", "svc-hukou-birth", 0.4),
            heard("火星移民怎么报名", "svc-visa", 0.05),
        ]
    )
    assert (near.entry_id, near.proposal) == ("svc-hukou-birth", Proposal.ADD_PHRASE)
    assert far.proposal is Proposal.NEW_ENTRY


def test_the_agents_choice_weighs_more_than_the_matchers_guess() -> None:
    (gap,) = gaps_in(
        [
            heard("灯不亮了", "svc-a", 0.3),
            heard("灯不亮了啊", "svc-a", 0.3),
            heard("灯不亮了", "svc-a", 0.3, chosen="svc-b"),
        ]
    )
    assert gap.entry_id == "svc-b"


def test_nothing_said_makes_no_group() -> None:
    assert gaps_in([heard(""), heard("。"), heard("啊")]) == []
