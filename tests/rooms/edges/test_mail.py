"""Mail over a real server: plain text, one address at a time, and what bounces is told."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from etl.edges.mail import Letter, MailServer, send
from tests.mailbox import Mailbox, mail_server, self_signed

Post = tuple[Mailbox, MailServer]


@pytest.fixture
def post() -> Iterator[Post]:
    with mail_server() as post:
        yield post


def test_a_letter_arrives_as_plain_text_in_chinese(post: Post) -> None:
    box, server = post
    assert send(server, [Letter("a@b.example", "催报（土桥镇）", "请抓紧<b>报送</b>。\n双拥办\n")]) == [""]
    (message,) = box.to("a@b.example")
    assert (message["subject"], message.get_content_type()) == ("催报（土桥镇）", "text/plain")
    assert message.get_content().splitlines() == ["请抓紧<b>报送</b>。", "双拥办"]


def test_one_that_bounces_keeps_no_other_from_going_out(post: Post) -> None:
    box, server = post
    box.refuses = {"gone@b.example"}
    letters = [Letter(to, "催报", "请报送。") for to in ("gone@b.example", "a@b.example")]
    bounced, sent = send(server, letters)
    assert bounced.startswith("退信：550 5.1.1 no such user")
    assert sent == "" and len(box.came) == 1


def test_no_text_makes_a_header_or_a_second_recipient(post: Post) -> None:
    box, server = post
    evil = Letter("a@b.example", "催报\r\nBcc: spy@b.example\r\n\r\n假的正文", ".\r\n.\r\nQUIT\r\n")
    assert send(server, [evil]) == [""]
    ((recipients, message),) = box.came
    assert recipients == ["a@b.example"]
    assert message["bcc"] is None
    assert message["subject"] == "催报 Bcc: spy@b.example 假的正文"
    assert "QUIT" in message.get_content()


def test_a_server_that_is_not_there_is_told_for_each(post: Post) -> None:
    nowhere = replace(post[1], port=1)
    said = send(nowhere, [Letter("a@b.example", "催报", "请报送。")] * 2)
    assert len(said) == 2 and all(one.startswith("没有发出：邮件服务器连不上") for one in said)


@pytest.mark.parametrize("starttls", [False, True], ids=["ssl", "starttls"])
def test_only_a_server_that_this_machine_trusts_is_given_letters(
    starttls: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = Letter("a@b.example", "催报", "请报送。")
    certificate = self_signed(tmp_path / "mail.pem")
    with mail_server(certificate, starttls) as (box, server):
        refused = "没有发出：邮件服务器的证书不受信任，请管理员核对（self"
        assert [one.startswith(refused) for one in send(server, [letter] * 2)] == [True, True]
        assert box.came == []
        assert send(replace(server, verify=False), [letter]) == [""]
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert send(server, [letter]) == [""]
        wrong_name = send(replace(server, host="localhost"), [letter])[0]
        assert wrong_name.startswith("没有发出：邮件服务器的证书不受信任") and "localhost" in wrong_name
        assert len(box.came) == 2
