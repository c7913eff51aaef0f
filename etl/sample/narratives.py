"""工作总结: a few paragraphs that tell the same figures as the unit's form, as .docx or as a small .pdf."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from random import Random

from docx import Document

from etl.definitions import Campaign, Form
from etl.model import fen_to_wan_yuan
from etl.sample.packing import repacked
from etl.sample.plan import Sending

_OPENINGS = (
    "{title}期间，{us}认真贯彻落实区双拥工作领导小组办公室通知要求，把拥军优属、拥政爱民工作摆上重要议事日程，"
    "召开专题会议{n}次，明确专人负责，做到早安排、早部署、早落实。",
    "按照区双拥办关于做好{title}期间双拥工作的通知要求，{us}结合实际制定工作方案，"
    "主要领导亲自抓、分管领导具体抓，各项工作有序推进，现将有关情况总结如下。",
    "为做好{title}期间双拥工作，{us}及时传达学习通知精神，成立工作小组，走访前逐户核对名册，"
    "确保不漏一户、不落一人。",
)
_PUBLICITY = (
    "一、加强宣传，营造氛围。悬挂横幅{n}条，张贴慰问信{m}份，通过微信公众号推送双拥信息{k}期，"
    "为烈属、军属和退役军人家庭挂光荣牌、贴春联。",
    "一、广泛开展双拥宣传教育。组织集中学习《军人地位和权益保障法》《退役军人保障法》{k}次，"
    "利用院坝会、LED屏等宣传拥军优属政策，发放宣传资料{m}份。",
    "一、深入宣传发动。举办军民座谈会{k}场，慰问立功受奖军人家庭{n}户，在办事大厅设置军人优先窗口。",
)
_HELP = (
    "三、办好实事，排忧解难。坚持“普遍走访、重点慰问”，建立问题台账，能当场解决的当场解决，{solved}",
    "三、关心关爱优抚对象。走访中详细了解生活、就医、子女就学等情况，收集意见建议{n}条，{solved}",
)
_LESSONS = (
    "四、存在的不足。一是走访面还不够宽，二是社会力量参与不够多。下一步，{us}将建立常态化联系机制，"
    "把双拥工作融入日常。",
    "四、下一步打算。{us}将继续落实各项优待政策，做好“八一”期间走访慰问准备，巩固军政军民团结的良好局面。",
)
_SECURITY = (
    "同时，严格落实疫情防控和改进作风有关要求，慰问活动从简，不扰民、不增加基层负担。",
    "活动期间做到安全有序，慰问金一律打卡发放，慰问品由专人清点签收，账目清楚。",
)


def narrative(sending: Sending, campaign: Campaign, form: Form, saved: datetime, rng: Random) -> bytes:
    """The narrative of that sending, in the layout that it names: docx or pdf."""
    title = f"{sending.calls_itself}{campaign.title}双拥工作总结"
    paragraphs = _paragraphs(sending, campaign, form, rng)
    if sending.layout == "pdf":
        return _pdf([title, *paragraphs])
    return _docx(title, paragraphs, sending.calls_itself, saved)


def _paragraphs(sending: Sending, campaign: Campaign, form: Form, rng: Random) -> list[str]:
    us = "我镇" if sending.unit.name.endswith("镇") else "我单位"
    facts = {
        "title": campaign.title,
        "us": us,
        "n": rng.randint(2, 9),
        "m": rng.randint(60, 900),
        "k": rng.randint(1, 5),
        "solved": "；".join(one.rstrip("。") for one in sending.figures.difficulties.values())
        or "群众反映良好",
    }
    parts = [rng.choice(_OPENINGS), rng.choice(_PUBLICITY), _visits(sending, form)]
    parts += [rng.choice(_HELP) + "。"] if not sending.figures.is_nil else []
    parts += [rng.choice(choice) for choice in (_SECURITY, _LESSONS) if rng.random() < 0.7]
    return [part.format_map(facts) for part in parts]


def _visits(sending: Sending, form: Form) -> str:
    """The paragraph with the form's own figures."""
    if sending.figures.is_nil:
        return "二、走访慰问情况。因本单位无驻地优抚对象，节日期间未组织走访慰问，未发放慰问金和慰问品。"
    total = sending.figures.amounts[form.total_row.id]
    said = [
        f"走访慰问{form.row(row).label}{amounts['visited']}人"
        for row, amounts in sending.figures.amounts.items()
        if amounts["visited"] and row != form.total_row.id
    ]
    money, goods = fen_to_wan_yuan(total["money_amount"]), fen_to_wan_yuan(total["goods_cost"])
    return (
        f"二、精心组织走访慰问。共走访慰问{total['visited']}人，其中{'，'.join(said)}。"
        f"发放慰问金{money}万元，惠及{total['money_recipients']}人；"
        f"购买慰问品支出{goods}万元，发放{total['goods_items']}件，惠及{total['goods_recipients']}人。"
    )


def _docx(title: str, paragraphs: Sequence[str], author: str, saved: datetime) -> bytes:
    document = Document()
    document.core_properties.author = author
    document.core_properties.created = saved.astimezone(UTC).replace(tzinfo=None)
    document.add_heading(title, level=1)
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.add_paragraph(f"{author}\n{saved.year}年{saved.month}月{saved.day}日")
    buffer = io.BytesIO()
    document.save(buffer)
    return repacked(buffer.getvalue(), saved)


_PDF_LINE = 38  # characters of a line on A4 at 12 points


def _pdf(paragraphs: Sequence[str]) -> bytes:
    """One A4 page in STSong-Light, a font that every PDF reader supplies for Chinese."""
    lines = [
        paragraph[start : start + _PDF_LINE]
        for paragraph in paragraphs
        for start in range(0, len(paragraph), _PDF_LINE)
    ]
    shown = "".join(f"<{line.encode('utf-16-be').hex()}> Tj T*\n" for line in lines)
    text = f"BT /F1 12 Tf 70 780 Td 20 TL\n{shown}ET".encode("ascii")
    font = b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(text), text),
        font + b" /DescendantFonts [6 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /FontDescriptor 7 0 R"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>",
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880]"
        b" /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
    ]
    return _numbered(objects)


def _numbered(objects: Sequence[bytes]) -> bytes:
    """The PDF's objects with the table that says where each begins."""
    written = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
    starts = []
    for number, content in enumerate(objects, 1):
        starts.append(len(written))
        written += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    count = len(objects) + 1
    tail = b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return written + tail % (count, table, count, len(written))
