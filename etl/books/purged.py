"""What stands in place of a receipt whose file was taken out of the archive."""

from datetime import datetime
from html import escape

from etl.books.words import moment
from etl.definitions import Campaign

_PAGE = """<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>回执 {number}</title>
<style>body {{ max-width: 186mm; margin: 8mm auto; padding: 0 4mm; color: #222; background: #fff;
  font: 14px/1.6 "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", sans-serif }} h1 {{ font-size: 22px }}</style>
</head><body>
<h1>{title}双拥工作报送回执</h1>
<p>回执号 {number}</p>
<p>这份报送件的原件已于 {when} 按规定销毁，回执里的内容不再保留。台账里留有记录。</p>
<p>有疑问请联系{office}。</p>
</body></html>
"""


def purged_page(number: str, campaign: Campaign, purged_at: datetime) -> bytes:
    """A small page that says so: no word of the file, nor who decided it and why, which is the office's."""
    said = {
        "number": number,
        "title": campaign.title,
        "when": moment(campaign, purged_at),
        "office": campaign.office,
    }
    return _PAGE.format(**{key: escape(value) for key, value in said.items()}).encode()
