"""PDF files that open, for tests in which nothing but that matters."""

import io

from reportlab.pdfgen.canvas import Canvas


def scan(words: str = "") -> bytes:
    """One page, blank but for the words; the same bytes for the same words."""
    out = io.BytesIO()
    page = Canvas(out, invariant=True)
    page.rect(80, 600, 100, 100)
    page.drawString(80, 700, words)
    page.save()
    return out.getvalue()
