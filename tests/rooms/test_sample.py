"""`returns sample`: the truth is drawn first, and the files say what the truth says."""

import io
import json
import re
from collections import Counter
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from etl.books.blank import FORM_SHEET
from etl.definitions import Form, load_definitions
from etl.errors import Refused
from etl.model import IDENTITY_PROPERTIES, Material, Status
from etl.sample import WAVE_FOLDERS, SampleFile, SampleTruth, write_sample
from etl.sample.plan import Sending, plan_sample
from etl.sample.truth import truth_of

DEFINITIONS = load_definitions(Path(__file__).parents[2] / "config")
CAMPAIGN = DEFINITIONS.campaign("2022-spring")
FORM, ROSTER = DEFINITIONS.form_of(CAMPAIGN), DEFINITIONS.roster
UNITS = CAMPAIGN.units(ROSTER)
SEED = 2022
PLAN = plan_sample(CAMPAIGN, FORM, ROSTER, SEED)

NOTHING = {"无", "/", "—", None}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sample")


@pytest.fixture(scope="module")
def truth(folder: Path) -> SampleTruth:
    return write_sample(folder, CAMPAIGN, FORM, ROSTER, SEED)


def files_in(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def of_status(truth: SampleTruth, status: Status) -> list[SampleFile]:
    return [file for file in truth.files if file.status is status]


def in_force(truth: SampleTruth, material: Material) -> list[SampleFile]:
    return [file for file in of_status(truth, Status.ACCEPTED) if file.material is material]


def test_a_seed_always_writes_the_same_bytes(folder, truth, tmp_path):
    again = write_sample(tmp_path, CAMPAIGN, FORM, ROSTER, SEED)
    assert again == truth
    assert files_in(tmp_path) == files_in(folder)


def test_another_seed_tells_another_campaign():
    other = plan_sample(CAMPAIGN, FORM, ROSTER, SEED + 1)
    assert [sending.path for sending in other] != [sending.path for sending in PLAN]
    assert truth_of(other, CAMPAIGN, FORM, ROSTER, SEED + 1).summary != (
        truth_of(PLAN, CAMPAIGN, FORM, ROSTER, SEED).summary
    )


def test_the_truth_needs_no_workbook(truth):
    assert truth_of(PLAN, CAMPAIGN, FORM, ROSTER, SEED) == truth


def test_truth_json_says_the_truth(folder, truth):
    said = json.loads((folder / "truth.json").read_text("utf-8"))
    assert [wave["at"] for wave in said["waves"]] == [
        "2022-02-08T17:00+08:00",
        "2022-02-10T15:00+08:00",
        "2022-02-12T10:00+08:00",
    ]
    assert [wave["folder"] for wave in said["waves"]] == list(WAVE_FOLDERS)
    assert (said["expected"], said["accepted"], said["on_time"]) == (
        truth.expected,
        truth.accepted,
        truth.on_time,
    )
    assert said["summary"] == truth.summary
    assert said["missing"] == [asdict(one) for one in truth.missing]
    assert said["files"] == json.loads(json.dumps([asdict(one) for one in truth.files]))


def test_every_file_of_the_truth_is_there_and_no_other(folder, truth):
    told = {f"{WAVE_FOLDERS[file.wave - 1]}/{file.path}" for file in truth.files}
    assert len(told) == len(truth.files)
    assert told | {"truth.json"} == set(files_in(folder))


@pytest.mark.parametrize("seed", range(40))
def test_whatever_the_seed_no_two_files_of_a_wave_share_a_path(seed):
    plan = plan_sample(CAMPAIGN, FORM, ROSTER, seed)
    assert len({(sending.act.wave, sending.path) for sending in plan}) == len(plan)


def test_fifty_units_end_with_both_materials_accepted(truth):
    accepted = {(file.unit, file.material) for file in of_status(truth, Status.ACCEPTED)}
    whole = [
        unit
        for unit in UNITS
        if CAMPAIGN.owes[unit.kind] and {(unit.name, owed) for owed in CAMPAIGN.owes[unit.kind]} <= accepted
    ]
    assert len(whole) == 50


def test_the_campaign_has_everything_that_a_campaign_has(truth):
    count = Counter(file.status for file in truth.files)
    assert count[Status.RETURNED] == 15 and count[Status.SUPERSEDED] == 5
    assert count[Status.HELD] == 2 and count[Status.DUPLICATE] == 1
    assert sum(file.nil_return for file in truth.files) == 2
    late = [file for file in truth.files if file.late]
    assert len(late) == 12 and {file.wave for file in late} == {3}
    assert {file.errors for file in of_status(truth, Status.RETURNED)} == {
        ("column_sum_count",),
        ("per_head_too_much",),
        ("not_a_number",),
        ("fraction_in_count",),
        ("negative",),
        ("missing_column",),
        ("blank_form",),
        ("corrupt",),
    }
    assert {layout: count >= 5 for layout, count in Counter(s.layout for s in PLAN).items()} == {
        "issued": True,
        "typed": True,
        "common": True,
        "docx": True,
        "pdf": False,
    }


def test_every_rule_that_a_file_breaks_is_in_the_rulebook_as_an_error(truth):
    for file in truth.files:
        for rule in file.errors:
            assert DEFINITIONS.rulebook.rules[rule].severity == "error"
        assert bool(file.errors) == (file.status is Status.RETURNED)


def test_the_summary_is_the_addition_of_the_forms_in_force(truth):
    forms = in_force(truth, Material.STATISTICS)
    assert len({file.unit for file in forms}) == len(forms)
    for row in FORM.category_rows:
        for column in FORM.figure_columns:
            added = sum(Decimal(str(file.values[row.label][column.id])) for file in forms)
            assert Decimal(str(truth.summary[row.label][column.id])) == added
    for column in FORM.figure_columns:
        parts = sum(Decimal(str(truth.summary[row.label][column.id])) for row in FORM.category_rows)
        assert Decimal(str(truth.summary[FORM.total_row.label][column.id])) == parts


def test_what_is_owed_is_either_in_force_or_missing(truth):
    owed = {(unit.name, material) for unit, material in CAMPAIGN.owed(ROSTER)}
    accepted = {(file.unit, file.material) for file in of_status(truth, Status.ACCEPTED)}
    missing = {(one.unit, one.material) for one in truth.missing}
    assert truth.expected == len(owed) == 126
    assert truth.accepted == len(owed & accepted) and missing == owed - accepted
    assert {one.days_overdue for one in truth.missing} == {2}
    returned = {(file.unit, file.material) for file in of_status(truth, Status.RETURNED)}
    assert {
        (one.unit, one.material) for one in truth.missing if one.state == "returned"
    } == missing & returned
    assert {one.state for one in truth.missing} == {"returned", "never_sent"}


def test_on_time_is_the_first_accepted_file_even_if_a_later_one_replaced_it(truth):
    first: dict[tuple[str | None, Material], SampleFile] = {}
    for file in sorted(truth.files, key=lambda file: file.wave):
        if file.status in (Status.ACCEPTED, Status.SUPERSEDED):
            first.setdefault((file.unit, file.material), file)
    owed = {(unit.name, material) for unit, material in CAMPAIGN.owed(ROSTER)}
    assert truth.on_time == sum(not first[pair].late for pair in owed & first.keys())
    assert truth.on_time < truth.accepted


def test_one_garrison_unit_reports_of_its_own_will_and_none_is_missing(truth):
    garrison = {unit.name for unit in UNITS if not CAMPAIGN.owes[unit.kind]}
    assert [file.status for file in truth.files if file.unit in garrison] == [Status.ACCEPTED]
    assert not garrison & {one.unit for one in truth.missing}


def test_the_figures_are_believable_and_different_for_every_unit():
    editions = {id(sending.figures): sending for sending in PLAN}.values()
    drawn = [
        (sending.unit.code, sending.figures.amounts) for sending in editions if not sending.figures.is_nil
    ]
    assert len({json.dumps(amounts) for _, amounts in drawn}) == len(drawn)
    for _, amounts in drawn:
        for row in FORM.category_rows:
            figures = amounts[row.id]
            assert figures["visited"] >= max(figures["money_recipients"], figures["goods_recipients"])
            for money, heads in (("money_amount", "money_recipients"), ("goods_cost", "goods_recipients")):
                assert figures[money] % 100 == 0  # whole 元: four decimals of 万元
                assert (figures[money] > 0) == (figures[heads] > 0)
                assert figures[money] <= figures[heads] * 2_000_00  # at most 2000 元 a head


def test_another_kind_of_form_is_refused():
    smaller = Form.model_validate({**FORM.model_dump(), "columns": FORM.columns[:-1]})
    with pytest.raises(Refused, match="样例只会填"):
        plan_sample(CAMPAIGN, smaller, ROSTER, SEED)


def typed_value(cell: object, unit: str | None) -> Decimal:
    """The number that a clerk means; only what the sample types."""
    if cell in NOTHING:
        return Decimal(0)
    text = str(cell).replace(",", "").removeprefix("约")
    return Decimal(text.removesuffix(unit or ""))


def squeezed(text: object) -> str:
    return re.sub(r"\s", "", str(text or ""))


def grid_of(content: bytes) -> list[list[object]]:
    book = load_workbook(io.BytesIO(content))
    sheet = book[FORM_SHEET] if FORM_SHEET in book.sheetnames else book["Sheet1"]
    return [[cell.value for cell in line] for line in sheet.iter_rows()]


def category_figures(grid: list[list[object]]) -> dict[tuple[str, str], Decimal]:
    """Row id and column id → value, found by the captions: a second, simpler reader than ours."""
    header = next(
        at for at, line in enumerate(grid) if squeezed(FORM.labels.item.label) in map(squeezed, line)
    )
    group, at_column = "", {}
    for at, (above, below) in enumerate(zip(grid[header], grid[header + 1], strict=True)):
        group = squeezed(above) or group
        for column in FORM.part_columns:
            caption = squeezed(below if column.group else above)
            if caption.startswith(column.label) and (not column.group or group == column.group):
                at_column[column.id] = at
    found = {}
    for line in grid[header + 2 :]:
        labels = [squeezed(cell) for cell in line]
        for row in FORM.category_rows:
            if set(row.names) & set(labels):
                for column_id, at in at_column.items():
                    found[row.id, column_id] = typed_value(line[at], FORM.column(column_id).unit)
    return found


def sendings_with_values(truth: SampleTruth) -> list[tuple[Sending, SampleFile]]:
    return [pair for pair in zip(PLAN, truth.files, strict=True) if pair[1].values is not None]


def test_the_workbooks_say_what_the_truth_says(folder, truth):
    pairs = sendings_with_values(truth)
    assert len(pairs) > 55
    for sending, file in pairs:
        grid = grid_of((folder / WAVE_FOLDERS[file.wave - 1] / file.path).read_bytes())
        found = category_figures(grid)
        assert found == {
            (row.id, column.id): Decimal(str(file.values[row.label][column.id]))
            for row in FORM.category_rows
            for column in FORM.part_columns
        }, sending.path


def test_issued_blanks_keep_their_identity_and_some_their_results(folder):
    results = Counter()
    for sending in PLAN:
        if sending.layout == "issued" and sending.act.flaw is None:
            content = (folder / WAVE_FOLDERS[sending.act.wave - 1] / sending.path).read_bytes()
            hidden = {
                one.name: one.value for one in load_workbook(io.BytesIO(content)).custom_doc_props.props
            }
            assert hidden[IDENTITY_PROPERTIES["unit"]] == sending.unit.code
            total = load_workbook(io.BytesIO(content), data_only=True)[FORM_SHEET]["C9"].value
            formula = str(load_workbook(io.BytesIO(content))[FORM_SHEET]["C9"].value).startswith("=")
            results["calculated" if formula and total else "typed" if total else "uncalculated"] += 1
    assert min(results["calculated"], results["typed"], results["uncalculated"]) >= 2


def test_a_nil_return_types_every_category_figure(folder, truth):
    for sending, file in sendings_with_values(truth):
        if file.nil_return:
            grid = grid_of((folder / WAVE_FOLDERS[file.wave - 1] / file.path).read_bytes())
            typed = [cell for line in grid for cell in line if cell in (0, "无") and cell is not None]
            assert len(typed) >= len(FORM.category_rows) * len(FORM.part_columns), sending.path


def test_narratives_are_different_and_tell_the_forms_figures(folder):
    told = []
    for sending in PLAN:
        if sending.layout == "docx":
            document = Document(str(folder / WAVE_FOLDERS[sending.act.wave - 1] / sending.path))
            paragraphs = [paragraph.text for paragraph in document.paragraphs]
            assert 5 <= len(paragraphs) <= 8 and not document.tables
            text = "".join(paragraphs)
            told.append(text)
            visited = sending.figures.amounts[FORM.total_row.id]["visited"]
            assert f"共走访慰问{visited}人" in text or sending.figures.is_nil
    assert len(told) > 50 and len(set(told)) == len(told)


def test_the_duplicate_has_the_bytes_of_the_units_first_file(folder):
    (second,) = [sending for sending in PLAN if sending.repeats]
    first = second.repeats
    assert second.path != first.path
    assert (folder / WAVE_FOLDERS[second.act.wave - 1] / second.path).read_bytes() == (
        folder / WAVE_FOLDERS[first.act.wave - 1] / first.path
    ).read_bytes()
