"""Data Docs: what the data engineer finds of batches with failures and of the final version."""

import html
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from etl.cli import main
from etl.settings import PROJECT, Settings
from etl.stages import data_docs
from tests.desk import AFTER_CLOSING, BEFORE_DEADLINE, CAMPAIGN, NEXT_DAY, Desk, one

MOBILE = "13812345678"


def pages(desk: Desk) -> dict[str, str]:
    """The text of each page, by its name."""
    return {
        name: (desk.settings.data_docs / name).read_text("utf-8") for name in desk.office.data_docs.names()
    }


def test_a_batch_with_nothing_but_warnings_leaves_no_page(sqlite_desk: Desk) -> None:
    sqlite_desk.drop("土桥镇.xlsx", sqlite_desk.filled("土桥镇", C9=None))
    report = sqlite_desk.run()
    assert (report.verdicts, report.data_docs) == ({"accepted": 1}, [])
    assert one(sqlite_desk.export()["submissions"])["findings"]
    assert not sqlite_desk.settings.data_docs.exists()


def test_a_batch_with_a_failure_has_a_page_that_names_rule_cell_and_receipt(sqlite_desk: Desk) -> None:
    sqlite_desk.drop("土桥镇.xlsx", sqlite_desk.filled("土桥镇"))
    sqlite_desk.drop("安居镇.xlsx", sqlite_desk.filled("安居镇", C9=999))
    report = sqlite_desk.run()
    name, page = one(list(pages(sqlite_desk).items()))
    assert report.data_docs == [name]
    wrong = one([s for s in sqlite_desk.export()["submissions"] if s["status"] == "returned"])
    number = Path(one(list((sqlite_desk.receipts_folder / "安居镇").glob("*.html")))).stem
    finding = wrong["findings"][0]
    for said in (finding["rule"], finding["cell"], finding["typed"], number):
        assert f">{said}<" in page
    assert "2 份统计表一次验证" in page
    assert "expectations/sums.json" in page


def test_pages_do_not_stand_on_the_share_and_not_in_the_archive(sqlite_desk: Desk) -> None:
    sqlite_desk.drop("安居镇.xlsx", sqlite_desk.filled("安居镇", C9=999))
    sqlite_desk.run()
    folder = sqlite_desk.settings.data_docs
    assert folder.is_dir()
    assert not folder.is_relative_to(sqlite_desk.settings.share)
    assert not folder.is_relative_to(sqlite_desk.settings.archive)


def test_a_page_needs_nothing_from_elsewhere_and_runs_nothing(sqlite_desk: Desk) -> None:
    sqlite_desk.drop("安居镇.xlsx", sqlite_desk.filled("安居镇", C9=999))
    sqlite_desk.run()
    page = one(list(pages(sqlite_desk).values()))
    assert "://" not in page
    assert "<script" not in page
    assert "<link" not in page
    assert "<img" not in page
    assert "default-src 'none'" in page


def test_what_a_clerk_typed_is_only_text_and_personal_numbers_are_masked(sqlite_desk: Desk) -> None:
    typed = f"<img src=x onerror=alert(1)> ${{x}} {{{{7*7}}}} {MOBILE}"
    sqlite_desk.drop("安居镇.xlsx", sqlite_desk.filled("安居镇", C5=typed, E6=int(MOBILE)))
    sqlite_desk.run()
    page = one(list(pages(sqlite_desk).values()))
    assert html.escape(typed.replace(MOBILE, "138****5678"), quote=True) in page.replace("&#34;", "&quot;")
    assert "<img" not in page
    assert MOBILE not in page
    assert "138****5678" in page


def test_the_command_says_where_the_page_stands(sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("share", "archive", "warehouse", "config"):
        monkeypatch.setenv(f"RETURNS_{name.upper()}", str(getattr(sqlite_desk.settings, name)))
    sqlite_desk.drop("安居镇.xlsx", sqlite_desk.filled("安居镇", C9=999))
    said = CliRunner().invoke(main, ["run", CAMPAIGN, "--at", BEFORE_DEADLINE]).output
    page = one(list(sqlite_desk.settings.data_docs.iterdir()))
    assert f"Data Docs（给数据工程师看，填报人用不着）：{page}\n" in said


def test_a_second_run_writes_no_page_anew(sqlite_desk: Desk) -> None:
    sqlite_desk.drop("安居镇.xlsx", sqlite_desk.filled("安居镇", C9=999))
    sqlite_desk.run()
    page = one(list(sqlite_desk.settings.data_docs.iterdir()))
    before = page.stat().st_mtime_ns
    assert sqlite_desk.run().data_docs == []
    assert page.stat().st_mtime_ns == before


def test_only_so_many_pages_of_batches_stand_and_the_oldest_go_first(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_docs, "BATCHES_KEPT", 2)
    sqlite_desk.office.data_docs.write("final-2021-august.html", b"last year's")
    for at in range(4):
        sqlite_desk.drop("安居镇.xlsx", sqlite_desk.filled("安居镇", C9=999 + at))
        last = one(sqlite_desk.run(f"2022-01-2{at}T09:00:00+08:00").data_docs)
        standing = sqlite_desk.office.data_docs.names()
        assert last in standing
    assert len(standing) == 3
    assert standing[-1] == "final-2021-august.html"
    assert last == max(standing[:-1])


def test_after_closing_the_published_version_has_a_page_of_all_forms_in_force(desk: Desk) -> None:
    desk.drop("土桥镇.xlsx", desk.filled("土桥镇"))
    desk.drop("安居镇.xlsx", desk.filled("安居镇", C9=999))
    desk.run(BEFORE_DEADLINE)
    desk.drop("安居镇.xlsx", desk.filled("安居镇", C9="约195"))
    desk.run(NEXT_DAY)
    assert f"final-{CAMPAIGN}.html" not in pages(desk)

    report = desk.run(AFTER_CLOSING)
    page = pages(desk)[f"final-{CAMPAIGN}.html"]
    assert one(report.data_docs) == f"final-{CAMPAIGN}.html"
    assert "2 份统计表一次验证" in page
    assert ">figure_approximate<" in page
    assert ">999<" not in page
    assert desk.run(AFTER_CLOSING).data_docs == []


def test_a_folder_that_cannot_be_written_keeps_no_clerk_waiting(
    sqlite_desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    sqlite_desk.settings.data_docs.write_text("a file where the folder should be")
    sqlite_desk.drop("安居镇.xlsx", sqlite_desk.filled("安居镇", C9=999))
    report = sqlite_desk.run()
    assert (report.verdicts, report.data_docs) == ({"returned": 1}, [])
    assert "Data Docs 写不进去" in caplog.text
    assert sqlite_desk.receipts("安居镇")


def test_a_page_that_cannot_be_made_keeps_no_clerk_waiting(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def stumbles(*_: object) -> bytes:
        raise ValueError("a renderer that cannot")

    monkeypatch.setattr("etl.rules.data_docs.data_docs_page", stumbles)
    sqlite_desk.drop("安居镇.xlsx", sqlite_desk.filled("安居镇", C9=999))
    report = sqlite_desk.run()
    assert (report.verdicts, report.data_docs) == ({"returned": 1}, [])
    assert "Data Docs 没有做成" in caplog.text
    assert "a renderer that cannot" in caplog.text


def test_a_page_of_which_memory_ran_out_half_way_is_made_whole_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Great Expectations' renderers catch what goes wrong, and would go on without one table."""
    from great_expectations.render.renderer.content_block import validation_results_table_content_block as gx

    undisturbed, asked = gx.get_renderer_impl, iter([False] * 5 + [True])

    def no_memory(*of: Any, **how: Any) -> Any:
        if next(asked, False):
            raise MemoryError
        return undisturbed(*of, **how)

    made = []
    for name in ("undisturbed", "disturbed"):
        place = tmp_path / name
        url = f"sqlite:///{tmp_path / name}.db"
        with Desk.at(Settings(place / "share", place / "archive", url, PROJECT / "config")) as desk:
            desk.drop("安居镇.xlsx", desk.filled("安居镇", C9=999))
            if name == "disturbed":
                monkeypatch.setattr(gx, "get_renderer_impl", no_memory)
                with pytest.raises(MemoryError):
                    desk.run()
            assert desk.run().verdicts == {"returned": 1}
            made.append(pages(desk))
    assert made[0] == made[1] != {}
    assert list(asked) == []


def test_the_figures_of_a_batch_are_validated_once_with_its_page(
    tmp_path: Path, new_url: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from great_expectations.validator.v1_validator import Validator

    asked = []
    validate = Validator.validate_expectation_suite

    def counted(self: Validator, expectation_suite: object, **how: object) -> object:
        asked.append(expectation_suite.name)  # type: ignore[attr-defined]
        return validate(self, expectation_suite=expectation_suite, **how)

    monkeypatch.setattr(Validator, "validate_expectation_suite", counted)
    settings = Settings(tmp_path / "share", tmp_path / "archive", new_url("sqlite"), PROJECT / "config")
    with Desk.at(settings) as desk:
        desk.drop("安居镇.xlsx", desk.filled("安居镇", C9=999))
        desk.run()
        assert pages(desk)
    assert len(asked) == len(set(asked))
