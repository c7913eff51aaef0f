"""A bar chart in a Word document: Word's own, drawn by whoever opens it from the figures that stand in it.

Not a picture: no drawing library and no fonts are needed here, it prints sharp, and the office may restyle it.
"""

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.shared import Mm
from docx.text.paragraph import Paragraph

_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_NAMES = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_WIDTH, _HEIGHT = Mm(150), Mm(75)
_TEXT = (
    '<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="1000"/></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'
)

Bars = Sequence[tuple[str, float]]
"""A label and its value, in the order in which they stand."""


def put_bar_chart(paragraph: Paragraph, title: str, bars: Bars) -> None:
    """Replace the paragraph's text by the chart. Labels and title are only ever text."""
    for run in list(paragraph.runs):
        run._r.getparent().remove(run._r)
    package = paragraph.part.package
    name = PackURI("/word/charts/chart1.xml")
    part = Part(name, _TYPE, _chart(title, bars).encode("utf-8"), package)
    relation = paragraph.part.relate_to(part, RELATIONSHIP_TYPE.CHART)
    paragraph.paragraph_format.line_spacing = 1.0
    paragraph.paragraph_format.first_line_indent = 0
    paragraph.add_run()._r.append(_frame(relation, title))


def _frame(relation: str, title: str) -> Any:
    told = escape(title, {'"': "&quot;"})
    return parse_xml(
        f'<w:drawing xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" {_NAMES} '
        'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
        f'<wp:inline><wp:extent cx="{_WIDTH}" cy="{_HEIGHT}"/><wp:docPr id="1" name="chart" descr="{told}"/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
        f'<c:chart r:id="{relation}"/></a:graphicData></a:graphic></wp:inline></w:drawing>'
    )


def _chart(title: str, bars: Bars) -> str:
    labels = _points("c:strCache", [escape(label) for label, _ in bars])
    values = _points("c:numCache", [f"{value:.12g}" for _, value in bars])
    series = (
        '<c:ser><c:idx val="0"/><c:order val="0"/>'
        '<c:spPr><a:solidFill><a:srgbClr val="A61B1B"/></a:solidFill></c:spPr><c:invertIfNegative val="0"/>'
        f'<c:dLbls>{_TEXT}<c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/>'
        '<c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
        f"<c:cat><c:strRef><c:f>A1</c:f>{labels}</c:strRef></c:cat>"
        f"<c:val><c:numRef><c:f>B1</c:f>{values}</c:numRef></c:val></c:ser>"
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><c:chartSpace {_NAMES}><c:chart>'
        f'<c:title><c:tx><c:rich><a:bodyPr/><a:p><a:pPr><a:defRPr sz="1100" b="0"/></a:pPr>'
        '<a:r><a:rPr lang="zh-CN" sz="1100" b="0"/>'
        f'<a:t>{escape(title)}</a:t></a:r></a:p></c:rich></c:tx><c:overlay val="0"/></c:title>'
        '<c:autoTitleDeleted val="0"/><c:plotArea><c:layout/><c:barChart><c:barDir val="col"/>'
        f'<c:grouping val="clustered"/><c:varyColors val="0"/>{series}<c:gapWidth val="80"/>'
        '<c:axId val="1"/><c:axId val="2"/></c:barChart>'
        f"{_axis('c:catAx', 1, 2, 'b')}{_axis('c:valAx', 2, 1, 'l')}</c:plotArea>"
        '<c:plotVisOnly val="1"/></c:chart></c:chartSpace>'
    )


def _points(cache: str, values: Sequence[str]) -> str:
    form = "<c:formatCode>General</c:formatCode>" if cache == "c:numCache" else ""
    points = "".join(f'<c:pt idx="{at}"><c:v>{value}</c:v></c:pt>' for at, value in enumerate(values))
    return f'<{cache}>{form}<c:ptCount val="{len(values)}"/>{points}</{cache}>'


def _axis(kind: str, own: int, other: int, side: str) -> str:
    return (
        f'<{kind}><c:axId val="{own}"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="{side}"/><c:numFmt formatCode="General" sourceLinked="0"/><c:tickLblPos val="nextTo"/>{_TEXT}'
        f'<c:crossAx val="{other}"/></{kind}>'
    )
