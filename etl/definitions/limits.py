"""The limits within which files are taken and read."""

from datetime import timedelta
from decimal import Decimal

from pydantic import Field

from etl.definitions.strict import Strict

MIB = 1024 * 1024


class Limits(Strict):
    """Sizes are in MiB as the office writes them; `*_bytes` gives them as the machine counts."""

    form_mib: int = Field(gt=0)
    narrative_mib: int = Field(gt=0)
    unpacked_mib: int = Field(gt=0)
    never_opened_mib: int = Field(gt=0)
    read_seconds: float = Field(gt=0)
    read_memory_mib: int = Field(gt=0)
    readers: int = Field(gt=0)
    settle_seconds: float = Field(ge=0)
    empty_wait_minutes: float = Field(ge=0)
    lock_wait_hours: float = Field(ge=0)
    batch_files: int = Field(gt=0)
    largest_count: int = Field(gt=0, le=10**12)
    largest_money: int = Field(gt=0, le=10**9)
    text_length: int = Field(gt=0)
    narrative_length: int = Field(gt=0)
    narrative_pages: int = Field(gt=0)
    narrative_seconds: float = Field(gt=0)
    narrative_line: int = Field(gt=0)
    narrative_apart: Decimal = Field(ge=0, lt=1)
    narrative_apart_if_about: Decimal = Field(ge=0, lt=1)
    narrative_names: tuple[str, ...]
    late_intake_days: int = Field(default=60, gt=0)
    keep_years: int = Field(gt=0)
    least_free_mib: int = Field(gt=0)
    clock_apart_seconds: float = Field(gt=0)
    jump_files: int = Field(gt=1)

    def of_rule(self, rule: str) -> str:
        """The limit of a rule that has it from here, as the office reads it; "" of all others."""
        told = {
            "figure_too_large": f"{self.largest_count:,} 人（件），{self.largest_money:,} 万元",
            "too_large": f"统计表 {self.form_mib} MiB，其他 {self.narrative_mib} MiB",
            "unpacks_too_far": f"{self.unpacked_mib} MiB",
            "too_slow": f"{self.read_seconds:g} 秒，{self.read_memory_mib} MiB 内存",
            "narrative_one_line": f"一行 {self.narrative_line} 字",
            "narrative_differs": f"{self.narrative_apart}，约数 {self.narrative_apart_if_about}",
            "text_cut": f"{self.text_length} 字",
        }
        return told.get(rule, "")

    @property
    def form_bytes(self) -> int:
        return self.form_mib * MIB

    @property
    def narrative_bytes(self) -> int:
        return self.narrative_mib * MIB

    @property
    def unpacked_bytes(self) -> int:
        return self.unpacked_mib * MIB

    @property
    def never_opened_bytes(self) -> int:
        return self.never_opened_mib * MIB

    @property
    def least_free_bytes(self) -> int:
        return self.least_free_mib * MIB

    @property
    def empty_wait(self) -> timedelta:
        return timedelta(minutes=self.empty_wait_minutes)

    @property
    def late_intake(self) -> timedelta:
        return timedelta(days=self.late_intake_days)

    @property
    def lock_wait(self) -> timedelta:
        return timedelta(hours=self.lock_wait_hours)
