"""`make pictures`: the pictures of the pages, drawn from what `make demo` left. Needs LibreOffice, pdftoppm, Chromium."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from etl.orchestration.airflow_home import HOST, USER, password
from etl.orchestration.demo import FOLDER, NO_SCHEDULE, free_port
from etl.orchestration.supervisor import Airflow

HERE = Path(__file__).parent
SHARE = FOLDER / "共享文件夹"
PUBLISHED = SHARE / "发布" / "2022年春节"
OFFICE_FILES = {
    "blank": (SHARE / "空白表" / "2022年春节", "安居镇.xlsx"),
    "guide": (SHARE / "空白表" / "2022年春节", "填报说明.docx"),
    "marked": (SHARE / "回执", "*/*.xlsx"),
    "summary": (PUBLISHED, "汇总表*.xlsx"),
    "missing": (PUBLISHED, "未报名单*.xlsx"),
    "notice": (PUBLISHED, "催报通知*.docx"),
    "report": (PUBLISHED, "工作报告*.docx"),
}
"""Picture → folder and pattern of the file whose first page it shows."""
TWO_PAGES = ("report",)
"""Pictures that show the second page beside the first."""
COVERAGE = "报送情况"
"""How the heading of the summary's sheet with the chart ends: it has a picture of its own."""
DOTS_PER_INCH = 110
DESKTOP, PHONE = (1200, 900), (390, 844)
COLOURS = 192


def main() -> None:
    for name, (folder, pattern) in OFFICE_FILES.items():
        _draw(min(folder.glob(pattern)), HERE / f"{name}.png", 2 if name in TWO_PAGES else 1)
    _draw(min(PUBLISHED.glob("汇总表*.xlsx")), HERE / "coverage.png", 1, COVERAGE)
    # Airflow last to leave: its supervisor ends every process below it, a browser too
    with _served() as (airflow, home), sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = min(PUBLISHED.glob("报送进度*.html"))
        _shoot(browser, page.as_uri(), "board", DESKTOP)
        _shoot(browser, page.as_uri(), "board-whole", DESKTOP, whole=True)
        _shoot(browser, page.as_uri(), "board-phone", PHONE)
        returned = min((SHARE / "回执").glob("*/*.xlsx")).with_suffix(".html")
        _shoot(browser, returned.as_uri(), "receipt", (820, 900))
        _shoot_airflow(browser, airflow, home)
        browser.close()
    for picture in HERE.glob("*.png"):
        _make_small(picture)


def _draw(file: Path, picture: Path, pages: int, headed: str = "") -> None:
    """Pages of the file, side by side, from the one on whose first line ends with `headed`."""
    with tempfile.TemporaryDirectory() as folder:
        profile = f"-env:UserInstallation=file://{folder}/profile"
        convert = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder, str(file)]
        subprocess.run(convert, check=True, capture_output=True)
        pdf = str(Path(folder) / f"{file.stem}.pdf")
        read = subprocess.run(["pdftotext", pdf, "-"], check=True, capture_output=True, text=True)
        heads = [page.partition("\n")[0] for page in read.stdout.split("\f")]
        first = 1 + next(at for at, head in enumerate(heads) if head.endswith(headed))
        draw = ["pdftoppm", "-r", str(DOTS_PER_INCH), "-f", str(first), "-l", str(first + pages - 1), "-png"]
        subprocess.run([*draw, pdf, f"{folder}/page"], check=True)
        drawn = [Image.open(page) for page in sorted(Path(folder).glob("page*.png"))]
        whole = Image.new("RGB", (sum(one.width for one in drawn), drawn[0].height), "white")
        for at, one in enumerate(drawn):
            whole.paste(one, (at * drawn[0].width, 0))
        whole.save(picture)


def _shoot(browser: Browser, address: str, name: str, size: tuple[int, int], whole: bool = False) -> None:
    page = browser.new_page(viewport={"width": size[0], "height": size[1]}, locale="zh-CN")
    page.goto(address)
    page.screenshot(path=HERE / f"{name}.png", full_page=whole)
    page.close()


@contextmanager
def _served() -> Iterator[tuple[str, Path]]:
    """Airflow's web server over what the demo's runs left; none of its DAGs runs."""
    home, port = FOLDER / "airflow", free_port()
    with Airflow(home, port, ("api-server",), NO_SCHEDULE) as airflow:
        airflow.wait_until_healthy()
        yield f"http://{HOST}:{port}", home


def _shoot_airflow(browser: Browser, address: str, home: Path) -> None:
    size = {"width": DESKTOP[0], "height": 700}
    page = browser.new_page(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai")
    page.goto(f"{address}/auth/login/")
    page.locator("input[name=username]").fill(USER)
    page.locator("input[name=password]").fill(password(home))
    page.locator("button[type=submit]").click()
    page.wait_for_load_state("networkidle")
    asked = page.request
    run = asked.get(f"{address}/api/v2/dags/intake/dagRuns?order_by=id").json()["dag_runs"][1]["dag_run_id"]
    (warehouse,) = asked.get(f"{address}/api/v2/assets?name_pattern=warehouse").json()["assets"]
    places = {"airflow": f"dags/intake/runs/{quote(run)}", "lineage": f"assets/{warehouse['id']}"}
    for name, place in places.items():
        page.goto(f"{address}/{place}")
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(5000)
        page.screenshot(path=HERE / f"{name}.png")
    page.close()


def _make_small(picture: Path) -> None:
    with Image.open(picture) as drawn:
        drawn.convert("RGB").quantize(COLOURS).save(picture, optimize=True)


if __name__ == "__main__":
    main()
