"""Other districts, counties and cities (config/other_areas.toml), whose names before a unit's make it somebody else's."""

from functools import cached_property

from pydantic import field_validator

from etl.definitions.strict import Strict

ENDINGS = ("区", "县", "市")
LEAST = 2
"""Characters of a name. One alone (忠, of 忠县) stands in too many words."""


class OtherAreas(Strict):
    """Names as the office lists them. Without any, another area is known by 区, 县, 市 or 省 only."""

    areas: tuple[str, ...] = ()

    @field_validator("areas")
    @classmethod
    def _long_enough(cls, areas: tuple[str, ...]) -> tuple[str, ...]:
        for area in areas:
            if len(area) < LEAST:
                raise ValueError(f"区县的名称至少两个字，现在有 {area!r}")
        return areas

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names, and each without its ending: 大足区, 大足. The same tuple every time."""
        return tuple(dict.fromkeys(name for area in self.areas for name in ways_to_write(area)))


def ways_to_write(area: str) -> tuple[str, ...]:
    """A district's, county's or city's name whole, and without its ending where enough is left."""
    short = area[:-1] if area.endswith(ENDINGS) else area
    return (area, short) if LEAST <= len(short) < len(area) else (area,)
