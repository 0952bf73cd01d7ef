"""Content types and tolerance, as the TwiML overview documents them."""

import pytest

from hotline.carrier.documents import DocumentInvalid, read_document
from hotline.carrier.grammar import warnings

URL = "http://app.test/voice"


@pytest.mark.parametrize("kind", ["text/xml", "application/xml", "text/html; charset=utf-8"])
def test_xml_types_are_twiml(kind: str) -> None:
    document = read_document("<Response><Say>您好</Say></Response>".encode(), kind, URL)
    assert [verb.name for verb in document.verbs] == ["Say"]
    assert document.verbs[0].all_text() == "您好"


def test_sound_is_played_and_then_the_call_hangs_up() -> None:
    document = read_document(b"\x00\x01", "audio/mpeg", URL)
    assert [verb.name for verb in document.verbs] == ["Play", "Hangup"]
    assert document.verbs[0].own_text() == URL


def test_plain_text_is_read_out_and_then_the_call_hangs_up() -> None:
    document = read_document("稍等片刻".encode(), "text/plain", URL)
    assert [verb.name for verb in document.verbs] == ["Say", "Hangup"]
    assert document.verbs[0].all_text() == "稍等片刻"


def test_plain_text_that_is_twiml_is_followed() -> None:
    document = read_document(b"<Response><Pause/></Response>", "text/plain", URL)
    assert [verb.name for verb in document.verbs] == ["Pause"]


@pytest.mark.parametrize("kind", ["application/json", "image/png", "nonsense"])
def test_other_types_are_12300(kind: str) -> None:
    with pytest.raises(DocumentInvalid) as caught:
        read_document(b"{}", kind, URL)
    assert caught.value.code == 12300


@pytest.mark.parametrize("kind", ["", None, " ; charset=utf-8"])
def test_without_a_type_nothing_was_retrieved(kind: str | None) -> None:
    with pytest.raises(DocumentInvalid) as caught:
        read_document(b"<Response/>", kind, URL)
    assert caught.value.code == 11200


@pytest.mark.parametrize("body", ["<response/>", "<Reply/>", '<t:Response xmlns:t="urn:t"/>'])
def test_another_root_is_12102(body: str) -> None:
    with pytest.raises(DocumentInvalid) as caught:
        read_document(body.encode(), "text/xml", URL)
    assert caught.value.code == 12102


def test_a_version_that_never_was_is_12101() -> None:
    with pytest.raises(DocumentInvalid) as caught:
        read_document(b'<Response version="3"/>', "text/xml", URL)
    assert caught.value.code == 12101
    assert read_document(b'<Response version="2010-04-01"/>', "text/xml", URL).verbs == ()


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<Response>",
        "<Response><Say></Response>",
        "<Response/><Response/>",
        '<!DOCTYPE r [<!ENTITY a "aaaa">]><Response><Say>&a;</Say></Response>',
        '\n<?xml version="1.0"?><Response/>',
        '<?xml version="1.0" encoding="klingon"?><Response/>',
        '<?xml version="1.0" encoding="utf-16"?><Response/>',
        "<Response>" + "<Say>" * 60 + "</Say>" * 60 + "</Response>",
        "<Response>\x00</Response>",
        "<Response/>goodbye",
    ],
)
def test_what_is_no_document_is_12100(body: str) -> None:
    with pytest.raises(DocumentInvalid) as caught:
        read_document(body.encode(), "text/xml", URL)
    assert caught.value.code == 12100


def test_more_than_64_kilobytes_are_11750() -> None:
    body = b"<Response><!--" + b"x" * 65_536 + b"--></Response>"
    with pytest.raises(DocumentInvalid) as caught:
        read_document(body, "text/xml", URL)
    assert caught.value.code == 11750


def test_the_charset_of_the_header_wins_over_the_declaration() -> None:
    body = '<?xml version="1.0" encoding="UTF-8"?><Response><Say>停电</Say></Response>'
    document = read_document(body.encode("gbk"), "text/xml; charset=gbk", URL)
    assert document.verbs[0].all_text() == "停电"


@pytest.mark.parametrize("charset", ["undefined", "base64", "klingon", "ascii"])
def test_a_charset_that_cannot_be_read_is_12100(charset: str) -> None:
    with pytest.raises(DocumentInvalid) as caught:
        read_document("<Response>停电</Response>".encode(), f"text/xml; charset={charset}", URL)
    assert caught.value.code == 12100


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("gbk", ""), ("GB2312", ""), ("gb18030", ""), ("utf-8", "\ufeff"), ("UTF-16", "")],
)
def test_without_a_charset_the_declaration_decides(encoding: str, mark: str) -> None:
    body = f'{mark}<?xml version="1.0" encoding="{encoding}"?><Response><Say>停电</Say></Response>'
    document = read_document(body.encode(encoding), "text/xml", URL)
    assert document.verbs[0].all_text() == "停电"


def test_comments_cdata_and_entities_are_read_as_xml_has_them() -> None:
    body = (
        b"\n  <Response><!-- note --><Say>a &amp; <![CDATA[b < c]]> &#20320;<!-- d --></Say>"
        b"<?php echo 1 ?></Response>\n"
    )
    verbs = read_document(body, "text/xml", URL).verbs
    assert [verb.all_text() for verb in verbs] == ["a & b < c 你"]


def test_ssml_is_read_as_its_text() -> None:
    body = (
        '<Response><Say>请<break time="1s"/>按 <say-as interpret-as="digits">1</say-as>'
        '<sub alias="千米">km</sub></Say></Response>'
    )
    document = read_document(body.encode(), "text/xml", URL)
    assert document.verbs[0].all_text() == "请按 1千米"


def test_strange_elements_and_attributes_are_warnings() -> None:
    body = b'<Response><say/><Say volume="9"/><Gather><Hangup/></Gather></Response>'
    document = read_document(body, "text/xml", URL)
    assert list(warnings(document)) == [
        "element say",
        "attribute Say/volume",
        "element Gather/Hangup",
    ]
