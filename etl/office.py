"""The edges opened from settings: what every stage is handed."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from etl.definitions import Campaign, Definitions, Form, Limits, Roster, Rulebook, load_definitions
from etl.edges.archive import Archive
from etl.edges.data_docs import DataDocs
from etl.edges.places import archive_at, data_docs_at, share_at
from etl.edges.share import Share
from etl.errors import Refused
from etl.settings import Settings, load_settings
from etl.warehouse.catalogue import is_open, last_run_at
from etl.warehouse.engine import Warehouse
from etl.warehouse.migrate import migrate


def _clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Office:
    """Definitions, the share, the archive, the Data Docs, the warehouse and the clock, for as long as the
    work lasts."""

    definitions: Definitions
    share: Share
    archive: Archive
    data_docs: DataDocs
    warehouse: Warehouse
    now: Callable[[], datetime] = _clock

    @property
    def limits(self) -> Limits:
        return self.definitions.limits

    @property
    def rulebook(self) -> Rulebook:
        return self.definitions.rulebook

    @property
    def roster(self) -> Roster:
        return self.definitions.roster

    def alone(self) -> AbstractContextManager[None]:
        """The lock of a whole run: of two at once the second waits; a process that dies lets go."""
        return self.warehouse.alone()

    def alone_at(self, batch_id: int) -> AbstractContextManager[None]:
        """The lock of one batch, for what may go on beside other batches: reading and answering."""
        return self.warehouse.alone_at(batch_id)

    def opened(self, campaign_id: str) -> tuple[Campaign, Form]:
        """A campaign that was opened, and its form. Raises Refused for any other."""
        campaign = self.definitions.campaign(campaign_id)
        with self.warehouse.reading() as connection:
            if not is_open(connection, campaign_id):
                raise Refused(f"“{campaign_id}”还没有开始。请先运行：returns open {campaign_id}")
        return campaign, self.definitions.form_of(campaign)

    def refuse_going_back(self, campaign_id: str, as_of: datetime) -> None:
        """Raise Refused for a moment before the latest that a run or a publication stood for."""
        with self.warehouse.reading() as connection:
            last = last_run_at(connection, campaign_id)
        if last and as_of < last:
            local = self.definitions.campaign(campaign_id).local
            raise Refused(
                f"上一次运行的时刻是 {local(last).isoformat()}，不能回到更早的 {local(as_of).isoformat()}"
            )


@contextmanager
def open_office(settings: Settings | None = None) -> Iterator[Office]:
    """The office of these settings (by default the environment's), its warehouse brought up to date.

    Raises DefinitionError for a mistake in config/, Unavailable where the database is not there.
    """
    settings = settings or load_settings()
    definitions = load_definitions(settings.config)
    warehouse = Warehouse(settings.warehouse)
    try:
        migrate(warehouse)
        yield Office(
            definitions,
            share_at(settings.share),
            archive_at(settings.archive),
            data_docs_at(settings.data_docs),
            warehouse,
        )
    finally:
        warehouse.close()
