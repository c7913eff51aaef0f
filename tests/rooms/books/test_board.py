"""报送进度: one page, without script or network, that tells where everybody stands."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html

from etl.books.board import Links, board_page
from etl.definitions import Campaign, Form
from etl.model import Summary


def opened(content: bytes) -> html.HtmlElement:
    return html.fromstring(content.decode("utf-8"))


def test_it_says_how_many_of_how_many_first(few: Summary, form: Form, campaign: Campaign) -> None:
    page = opened(board_page(few, form, campaign))
    assert page.findtext(".//header/p").startswith("快报：应报 20 份，已报 17 份，尚未定稿。")
    assert page.find(".//svg").get("aria-label") == "已报 85.0%"


def test_every_unit_has_its_tile_in_the_colour_of_where_it_stands(
    few: Summary, form: Form, campaign: Campaign
) -> None:
    tiles = {
        tile.text: (tile.get("class"), tile.findtext("small"))
        for tile in opened(board_page(few, form, campaign)).findall(".//ul[@class='tiles']/li")
    }
    assert len(tiles) == len(few.units)
    assert tiles["巴川街道"] == ("good", "已报")
    assert tiles["旧县街道"] == ("good", "已报（迟报）")
    assert tiles["蒲吕街道"] == ("bad", "统计表从未报送，工作总结已退回未改")
    assert tiles["土桥镇"] == ("part", "工作总结从未报送")
    assert tiles["驻铜部队一"] == ("good", "自愿报送")
    assert tiles["驻铜部队二"] == ("free", "不要求")


def test_a_number_leads_to_the_cells_it_was_added_up_from(
    few: Summary, form: Form, campaign: Campaign
) -> None:
    page = opened(board_page(few, form, campaign))
    (link,) = page.xpath("//a[@href='#key_beneficiaries-visited']")
    section = page.get_element_by_id("key_beneficiaries-visited")
    parts = section.findall(".//li")
    assert sum(int(part.text.split()[1].rstrip("：")) for part in parts) == int(link.text)
    assert parts[0].find("a").get("href").startswith("../../%E5%9B%9E%E6%89%A7/")
    assert parts[0].findtext("a") == "统计表·C5"


def test_what_a_file_says_is_only_text(few: Summary, form: Form, campaign: Campaign) -> None:
    odd = replace(few, held=(replace(few.held[0], file="<script>alert(1)</script>.xlsx"),))
    content = board_page(odd, form, campaign)
    assert b"<script" not in content
    assert "&lt;script&gt;" in content.decode()


def test_it_needs_nothing_from_elsewhere(few: Summary, form: Form, campaign: Campaign) -> None:
    content = board_page(few, form, campaign).decode()
    assert "default-src 'none'" in content
    assert "://" not in content
    assert "<img" not in content


def test_inside_airflow_its_links_lead_to_airflow(few: Summary, form: Form, campaign: Campaign) -> None:
    page = opened(board_page(few, form, campaign, Links("receipts/", "files/", "../../data-docs/")))
    links = [link.get("href") for link in page.xpath("//a")]
    assert "../../data-docs/" in links
    assert not [link for link in links if link.startswith("../../%E5")]
    assert [link for link in links if link.startswith("receipts/")]
    assert len([link for link in links if link.startswith("files/")]) == 4


def test_it_is_drawn_on_a_desk_and_on_a_phone(
    district: Summary, form: Form, campaign: Campaign, tmp_path: Path
) -> None:
    """Nothing is wider than the screen: the page scrolls down, never aside."""
    if shutil.which("chromium") is None:
        pytest.skip("Chromium is not installed: how the page is drawn is not looked at")
    page = board_page(district, form, campaign).decode()
    probe = "<script>document.title=document.documentElement.scrollWidth+'/'+innerWidth</script></body>"
    open_page = page.replace("default-src 'none'; ", "").replace("</body>", probe)
    (tmp_path / "page.html").write_text(open_page, "utf-8")
    for width in (1200, 500):
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--window-size={width},900"]
        command += [
            f"--user-data-dir={tmp_path / 'profile'}",
            "--dump-dom",
            (tmp_path / "page.html").as_uri(),
        ]
        drawn = subprocess.run(command, check=True, capture_output=True, timeout=60).stdout.decode()
        needed, there = map(int, html.fromstring(drawn).findtext(".//title").split("/"))
        assert needed <= there, width
