"""The folder of Data Docs after a run that broke off in the middle of a page."""

from pathlib import Path

from etl.edges.data_docs import FolderDataDocs
from etl.edges.durable import temporary


def test_half_a_page_is_no_page_and_is_gone_once_another_is_written(tmp_path: Path) -> None:
    docs = FolderDataDocs(tmp_path)
    docs.write("batch-1.html", b"one")
    half = temporary(tmp_path / "batch-2.html")
    half.write_bytes(b"tw")
    assert docs.names() == ["batch-1.html"]
    docs.write("batch-3.html", b"three")
    assert docs.names() == ["batch-1.html", "batch-3.html"]
    assert not half.exists()
