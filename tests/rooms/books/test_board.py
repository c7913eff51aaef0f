"""报送进度: one page that needs nothing from elsewhere and tells where everybody stands."""

import base64
import hashlib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
from lxml import html
from playwright.sync_api import Browser, Page
from pypdfium2 import PdfDocument

from etl.books.board import Actions, Links, board_page
from etl.definitions import Campaign, Form
from etl.model import Branch, Reminded, Summary
from etl.settings import PROJECT
from etl.stages.versions import MANIFEST
from tests.browsers import CHROMIUM, chromium_open, serious

VENDOR = PROJECT / "etl" / "books" / "vendor"
A4_PX = 703
"""How wide a leaf of A4 is between margins of 12 mm."""
MOST_LEAVES = 8


def opened(content: bytes) -> html.HtmlElement:
    return html.fromstring(content.decode("utf-8"))


def column(page: html.HtmlElement, table: str, at: int) -> list[str]:
    """A column (from 1) of a table of the page, as text."""
    return [cell.text for cell in page.xpath(f"//table[@id='{table}']/tbody/tr/*[{at}]")]


def test_it_says_how_many_of_how_many_first(few: Summary, form: Form, campaign: Campaign) -> None:
    page = opened(board_page(few, form, campaign))
    assert page.findtext(".//header/p").startswith("快报：应报 20 份，已报 17 份，尚未定稿。")
    (ring,) = page.xpath("//div[@class='ring']")
    assert ring.get("aria-label") == "已报 85.0%"
    assert ring.findtext("b") == "85.0%"
    assert column(page, "states", 2) == ["17", "0", "1", "2"]


def test_it_leads_to_every_file_that_is_published_with_it(
    few: Summary, form: Form, campaign: Campaign
) -> None:
    page = opened(board_page(few, form, campaign, Links("", "files/")))
    links = page.xpath("//h2[@id='files']/following-sibling::ul[1]//a")
    assert [link.text.partition("（")[0] for link in links] == [
        "汇总表",
        "未报名单",
        "催报通知",
        "工作报告",
        "报送情况通报",
    ]
    assert unquote(links[-1].get("href")) == f"files/通报/报送情况通报（{campaign.title}）.docx"


def test_in_the_folder_it_leads_to_the_manifest_and_to_the_record_once_anybody_was_reminded(
    few: Summary, form: Form, campaign: Campaign
) -> None:
    told = Reminded("510151105", "蒲吕街道", "1", campaign.deadline_date, few.as_of, "", "没有设邮件")
    for reminded in ((), (told,)):
        page = opened(board_page(replace(few, reminded=reminded), form, campaign))
        names = page.xpath("//h2[@id='files']/following-sibling::ul[1]//a/text()")
        assert names[-1] == MANIFEST
        assert (f"催办记录（{campaign.title}）.xlsx" in names) is bool(reminded)


def test_what_waits_and_what_was_returned_leads_to_its_receipt(
    few: Summary, form: Form, campaign: Campaign
) -> None:
    of = next(one for one in few.missing if one.state == "returned")
    named = replace(few.held[0], receipt="2022-spring-000098", unit="土桥镇")
    told = replace(
        few,
        answered={(of.code, of.material): "2022-spring-000097"},
        held=(replace(few.held[0], receipt="2022-spring-000099", unit=None), named),
    )
    page = opened(board_page(told, form, campaign))
    links = {unquote(link.get("href")): link.text for link in page.xpath("//table//a")}
    assert links["../../回执/未识别单位/2022-spring-000099.html"] == "2022-spring-000099"
    assert links["../../回执/土桥镇/2022-spring-000098.html"] == "2022-spring-000098"
    assert links[f"../../回执/{of.unit}/2022-spring-000097.html"] == "已退回未改"


def test_of_a_campaign_too_large_for_one_page_it_leads_to_the_files_below(
    few: Summary, form: Form, campaign: Campaign
) -> None:
    below = Branch("1", "铜梁区", "", "铜梁区", (), 9, few.totals, (), few.coverage, 2, 0)
    large = replace(few, below=(below,), branches=(below,), units=(), sources=(), missing=(), queries=())
    page = opened(board_page(large, form, campaign))
    assert "点一个数" not in page.text_content()
    assert "点一个数" in opened(board_page(few, form, campaign)).text_content()
    links = {unquote(link.get("href")) for link in page.xpath("//main//a")}
    assert {f"下级/铜梁区/{kind}（{campaign.title}）.xlsx" for kind in ("汇总表", "未报名单")} <= links


def test_every_unit_has_its_tile_in_the_colour_of_where_it_stands(
    few: Summary, form: Form, campaign: Campaign
) -> None:
    tiles = {
        tile.text: (tile.get("class"), tile.find("small").text_content())
        for tile in opened(board_page(few, form, campaign)).findall(".//ul[@class='tiles']/li")
    }
    assert len(tiles) == len(few.units)
    assert tiles["巴川街道"] == ("good", "已报")
    assert tiles["旧县街道"] == ("good", "已报，统计表迟报")
    assert tiles["蒲吕街道"] == ("bad", "统计表从未报送，工作总结已退回未改")
    assert tiles["土桥镇"] == ("part", "工作总结从未报送")
    assert tiles["驻铜部队一"] == ("good", "自愿报送")
    assert tiles["驻铜部队二"] == ("free", "不要求")


def test_a_tile_says_which_material_came_late(few: Summary, form: Form, campaign: Campaign) -> None:
    late = {
        "巴川街道": (False, True),
        "旧县街道": (True, True),
        "土桥镇": (True, False),
        "驻铜部队一": (True, True),
    }
    units = tuple(
        replace(unit, late=late[unit.name][0], narrative_late=late[unit.name][1])
        if unit.name in late
        else unit
        for unit in few.units
    )
    page = opened(board_page(replace(few, units=units), form, campaign))
    tiles = {
        tile.text: tile.find("small").text_content() for tile in page.findall(".//ul[@class='tiles']/li")
    }
    assert {name: tiles[name] for name in late} == {
        "巴川街道": "已报，工作总结迟报",
        "旧县街道": "已报，统计表迟报，工作总结迟报",
        "土桥镇": "工作总结从未报送，统计表迟报",
        "驻铜部队一": "自愿报送",
    }


def test_a_correction_takes_no_unit_off_the_day_on_which_it_had_reported(
    few: Summary, form: Form, campaign: Campaign
) -> None:
    told = opened(board_page(few, form, campaign))
    corrected = tuple(
        replace(unit, received_at=few.as_of) if unit.name == "巴川街道" else unit for unit in few.units
    )
    page = opened(board_page(replace(few, units=corrected), form, campaign))
    assert column(page, "days", 2) == column(told, "days", 2)
    assert sum(map(int, column(page, "days", 2))) == sum(unit.amounts is not None for unit in few.units)


def test_an_error_that_was_waived_is_not_counted_among_what_is_asked(
    few: Summary, form: Form, campaign: Campaign
) -> None:
    headings = opened(board_page(few, form, campaign)).xpath("//h2/text()")
    assert "请核实的（2 处，另有已豁免的 1 处）" in headings
    plain = replace(few, queries=tuple(query for query in few.queries if not query.waived))
    assert "请核实的（2 处）" in opened(board_page(plain, form, campaign)).xpath("//h2/text()")


def test_a_number_leads_to_the_cells_it_was_added_up_from(
    few: Summary, form: Form, campaign: Campaign
) -> None:
    page = opened(board_page(few, form, campaign))
    (link,) = page.xpath("//table[@class='figures']//a[@href='#key_beneficiaries-visited']")
    section = page.get_element_by_id("key_beneficiaries-visited")
    parts = section.findall(".//li")
    assert sum(int(part.text.split()[1].rstrip("：")) for part in parts) == int(link.text)
    assert parts[0].find("a").get("href").startswith("../../%E5%9B%9E%E6%89%A7/")
    assert parts[0].findtext("a") == "统计表·C5"


def test_a_sum_leads_to_the_figures_it_adds_up(few: Summary, form: Form, campaign: Campaign) -> None:
    page = opened(board_page(few, form, campaign))
    assert not page.xpath("//table[@class='figures']//td[not(a)]")
    for place in ("grand_total-visited", "border_garrison-total", "grand_total-total"):
        (link,) = page.xpath(f"//table[@class='figures']//a[@href='#{place}']")
        parts = page.get_element_by_id(place).findall(".//a")
        assert sum(float(part.text) for part in parts) == pytest.approx(float(link.text))
        assert all(page.get_element_by_id(part.get("href")[1:]) is not None for part in parts)


def test_what_a_file_says_is_only_text(few: Summary, form: Form, campaign: Campaign) -> None:
    odd = replace(few, held=(replace(few.held[0], file="<script>alert(1)</script>.xlsx"),))
    content = board_page(odd, form, campaign).decode()
    assert content.count("<script") == content.count("</script") == 2
    assert "&lt;script&gt;" in content


def test_it_needs_nothing_from_elsewhere(few: Summary, form: Form, campaign: Campaign) -> None:
    content = board_page(few, form, campaign).decode()
    page = opened(content.encode())
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    scripts = re.findall(r"<script>(.*?)</script>", content, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in scripts]
    allowed = " ".join(f"'sha256-{one}'" for one in hashes)
    assert policy == f"default-src 'none'; style-src 'unsafe-inline'; script-src {allowed}"
    assert not page.xpath("//*[@src or self::link or self::img or self::base or self::iframe]")
    assert "://" not in re.sub(r"<script>.*?</script>", "", content, flags=re.DOTALL)


def test_the_charting_library_is_the_one_that_was_published_and_its_licence_stands_beside_it() -> None:
    recorded = tomllib.loads((VENDOR / "vendored.toml").read_text("utf-8"))["chartist"]
    for file in recorded["files"].values():
        assert hashlib.sha256((VENDOR / file["to"]).read_bytes()).hexdigest() == file["sha256"], file["to"]
    assert recorded["licence"] == "MIT"
    assert "Permission is hereby granted" in (VENDOR / "chartist" / "LICENSE").read_text("utf-8")
    here = {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file()}
    assert here == {"vendored.toml", *(file["to"] for file in recorded["files"].values())}


def test_inside_airflow_its_links_lead_to_airflow(few: Summary, form: Form, campaign: Campaign) -> None:
    page = opened(board_page(few, form, campaign, Links("receipts/", "files/", "../../data-docs/")))
    links = [link.get("href") for link in page.xpath("//a")]
    assert "../../data-docs/" in links
    assert not [link for link in links if link.startswith("../../%E5")]
    assert [link for link in links if link.startswith("receipts/")]
    assert len([link for link in links if link.startswith("files/")]) == 5


@pytest.fixture
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: nobody looks at the page, prints it or uses the keyboard")
    with chromium_open() as browser:
        yield browser


@pytest.fixture
def live_page(district: Summary, form: Form, campaign: Campaign, tmp_path: Path) -> Path:
    """As it is inside Airflow, for who may do everything there."""
    actions = Actions("王芳", "token", clerk=True, reviewer=True, facts="shown")
    path = tmp_path / "live.html"
    path.write_bytes(board_page(district, form, campaign, Links("receipts/", "files/"), actions))
    return path


def test_it_is_drawn_on_a_desk_on_a_phone_and_without_scripts(
    district: Summary, few: Summary, form: Form, campaign: Campaign, tmp_path: Path, chromium: Browser
) -> None:
    """Nothing is wider than the screen: the page scrolls down, never aside. The charts show what the tables say."""
    content = board_page(district, form, campaign)
    (tmp_path / "page.html").write_bytes(content)
    told = opened(content)
    for width in (1200, 390):
        page, said = _open(chromium, tmp_path / "page.html", width)
        assert not said
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
        parts = [count for count in column(told, "states", 2) if count != "0"]
        assert page.locator("#ring .ct-slice-donut").count() == len(parts)
        assert page.locator("#timeline .ct-bar").count() == len(column(told, "days", 1))
        assert page.locator("#timeline text.deadline").all_text_contents() == ["截止"]
        amounts = page.locator("#categories text.value").all_text_contents()
        assert amounts[::-1] == column(told, "shares", 2)
        assert not page.locator("#days").is_visible()
        assert not (found := serious(page)), found
    (tmp_path / "few.html").write_bytes(board_page(few, form, campaign))
    page, said = _open(chromium, tmp_path / "few.html", 1200, scripts=False)
    assert page.locator("#days").is_visible() and not page.locator("svg").count()
    page.locator(".figures a[href='#grand_total-visited']").click()
    assert page.locator("#grand_total-visited").is_visible(), "a number is traced without scripts"


def test_the_keyboard_alone_leads_to_where_a_number_came_from_and_one_sees_where_one_is(
    few: Summary, form: Form, campaign: Campaign, tmp_path: Path, chromium: Browser
) -> None:
    (tmp_path / "page.html").write_bytes(board_page(few, form, campaign))
    page, _ = _open(chromium, tmp_path / "page.html", 1200)
    for _ in range(page.locator("a, summary, [tabindex]").count()):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('href')") == "#grand_total-visited":
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"
    page.keyboard.press("Enter")
    assert page.locator("#grand_total-visited").is_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.source').id") == "grand_total-visited"


def test_on_paper_stands_all_that_the_office_needs_and_nothing_that_is_only_for_a_screen(
    district: Summary, live_page: Path, chromium: Browser
) -> None:
    page, _ = _open(chromium, live_page, A4_PX)
    page.emulate_media(media="print")
    assert not [form for form in page.locator("form, .act, .source").all() if form.is_visible()]
    for table in page.locator("table:visible").all():
        box = table.bounding_box()
        assert box and box["x"] + box["width"] <= A4_PX, table.inner_text()[:60]
    printed = PdfDocument(page.pdf(prefer_css_page_size=True))
    said = "".join(leaf.get_textpage().get_text_range() for leaf in printed)
    assert "快报：应报" in said and len(printed) <= MOST_LEAVES
    assert all(unit.name in said for unit in district.units)


def test_with_what_one_may_do_the_page_fits_a_phone_too(live_page: Path, chromium: Browser) -> None:
    page, said = _open(chromium, live_page, 390)
    for each in page.locator("details.act summary").all():
        each.click()
    assert not said
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not (found := serious(page)), found


@pytest.mark.parametrize("older", [False, True])
def test_kept_under_its_version_the_page_still_leads_to_receipts_and_to_no_file_that_may_be_newer(
    older: bool, few: Summary, form: Form, campaign: Campaign, tmp_path: Path, chromium: Browser
) -> None:
    folder = tmp_path / "发布" / "2022年春节"
    for source in few.sources:
        unit = next(unit.name for unit in few.units if unit.code == source.code)
        receipt = tmp_path / "回执" / unit / f"{source.receipt}.html"
        receipt.parent.mkdir(parents=True, exist_ok=True)
        receipt.write_text("回执")
    stands = folder / "历次" / "12" / "报送进度.html" if older else folder / "报送进度.html"
    stands.parent.mkdir(parents=True)
    stands.write_bytes(board_page(few, form, campaign))
    page, said = _open(chromium, stands, 1200)
    receipts = page.locator(".source a[href*='.html']").evaluate_all("links => links.map(link => link.href)")
    assert receipts and all(Path(unquote(link.removeprefix("file://"))).is_file() for link in receipts)
    files = page.locator("#files + ul")
    assert "汇总表（2022年春节）.xlsx" in files.inner_text()
    assert files.locator("a").count() == (0 if older else files.locator("li").count())
    assert page.get_by_text("这是旧版").is_visible() is older
    assert not said


def test_on_a_phone_a_telephone_and_a_state_stand_on_one_line_and_the_telephone_can_be_called(
    few: Summary, form: Form, campaign: Campaign, tmp_path: Path, chromium: Browser
) -> None:
    two = replace(few.missing[-1], phone="023-0000-0101 或 023-0000-0102")
    (tmp_path / "page.html").write_bytes(
        board_page(replace(few, missing=(*few.missing[:-1], two)), form, campaign)
    )
    page, _ = _open(chromium, tmp_path / "page.html", 390)
    owing = page.get_by_role("region", name="还没有报的")
    for link in owing.locator("a[href^='tel:']").all():
        assert link.get_attribute("href") == f"tel:{link.inner_text()}"
        assert link.evaluate("link => link.getClientRects().length") == 1
    assert owing.locator("a[href^='tel:']").count() == len(few.missing) - 1
    states = [*owing.locator("td:nth-child(3)").all(), *page.locator(".tiles small span").all()]
    for state in states:
        lines = "cell => { const all = new Range(); all.selectNodeContents(cell); return all.getClientRects().length }"
        assert state.evaluate(lines) == 1, state.inner_text()


@pytest.mark.parametrize(
    "lengths", [range(1, 30, 7), pytest.param(range(1, 30), marks=pytest.mark.prove)], ids=["some", "all"]
)
def test_printed_the_header_of_a_table_never_stands_alone_at_the_foot_of_a_leaf(
    lengths: range, few: Summary, form: Form, campaign: Campaign, tmp_path: Path, chromium: Browser
) -> None:
    """However far down the leaf the table begins: behind lists of these lengths."""
    for rows in lengths:
        asked = few.queries[:1] * rows
        (tmp_path / "page.html").write_bytes(board_page(replace(few, queries=asked), form, campaign))
        page, _ = _open(chromium, tmp_path / "page.html", A4_PX)
        leaves = [
            leaf.get_textpage().get_text_range() for leaf in PdfDocument(page.pdf(prefer_css_page_size=True))
        ]
        assert not [leaf for leaf in leaves if "为什么" in leaf and "没有一处说明" not in leaf], rows
        assert not [leaf for leaf in leaves if "点一个数" in leaf]
        page.context.close()


def _open(chromium: Browser, file: Path, width: int, *, scripts: bool = True) -> tuple[Page, list[str]]:
    """The page, and what the browser complained of."""
    context = chromium.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(file.as_uri())
    return page, said
