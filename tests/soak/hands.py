"""The hands that drop: at once, slowly, under another name, with an editor open; and that change their minds."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from tests.soak.clerks import WHOEVER, Clerks, Sent
from tests.soak.expected import Arrival

Later = Callable[[float, Callable[[], None]], None]
"""Do something so many seconds from now."""
_SETTLES = 1.8
"""A pause as long as this may have been taken for the end of a file (two looks are 2 s apart)."""
NOT_TAKEN = (
    "~$草稿.xlsx",
    ".隐藏.xlsx",
    "下载.xlsx.crdownload",
    "Thumbs.db",
    "链接.xlsx",
    "管道.xlsx",
    "很大.xlsx",
)


@dataclass
class Hands:
    """`arrivals` is the book that is kept of what came to lie in the inbox."""

    inbox: Path
    clerks: Clerks
    rng: Random
    later: Later
    arrivals: list[Arrival] = field(default_factory=list)
    under_way: int = 0

    def drop(self) -> None:
        """One file, in one of the ways that files come."""
        ways = {
            self._at_once: 60, self._under_another_name: 8, self._slowly: 10, self._with_an_editor_open: 3,
            self._forbidden: 3, self._then_renamed: 4, self._then_removed: 3, self._then_saved_over: 4,
        }  # fmt: skip
        way = self.rng.random()
        if way < 0.06 and (earlier := self._settled()):
            self._at_once(self.clerks.again(earlier.sent))
        elif way < 0.09 and (earlier := self._settled()) and _is_a_units_form(earlier.sent):
            self._at_once(self._better(earlier.sent))
        else:
            self.rng.choices(list(ways), list(ways.values()))[0](self.clerks.sends())

    def leave_what_is_never_taken(self) -> None:
        """Lock files, hidden and passing ones, links, pipes, and one of more than 1 GiB (a hole)."""
        for name in NOT_TAKEN[:4]:
            (self.inbox / name).write_bytes(b"x")
        (self.inbox / "链接.xlsx").symlink_to("/etc/passwd")
        os.mkfifo(self.inbox / "管道.xlsx")
        with (self.inbox / "很大.xlsx").open("wb") as hole:
            hole.truncate(1024**3 + 1)

    def _at_once(self, sent: Sent) -> None:
        self._note(sent, *self._written(self._path(sent.name), sent.content))

    def _under_another_name(self, sent: Sent) -> None:
        path, passing = self._path(sent.name), self._path(b"%d.part" % self.rng.getrandbits(60))
        with open(passing, "wb") as file:  # noqa: PTH123 - names may be any bytes
            file.write(sent.content)
            file.flush()
            os.rename(passing, path)  # noqa: PTH104
            self._note(sent, *_times(file.fileno()))

    def _slowly(self, sent: Sent) -> None:
        """As a copy over a slow line: more, and more, and whole. One that stood still for longer than two looks may have
        been taken as it was; what its clerk goes on to write then lies nowhere any more."""
        file = open(self._path(sent.name), "wb")  # noqa: PTH123, SIM115 - it stays open for seconds
        steps = sorted(self.rng.sample(range(1, len(sent.content)), 4)) if len(sent.content) > 10 else []
        cuts, last = [0, *steps, len(sent.content)], [time.monotonic()]

        def more() -> None:
            if time.monotonic() - last[0] > _SETTLES:
                partial = Sent(sent.name, sent.content[: cuts[0]], WHOEVER, None, "returned")
                self._note(partial, *_times(file.fileno()), certain=False)
            file.write(sent.content[cuts[0] : cuts[1]])
            file.flush()
            last[0] = time.monotonic()
            cuts.pop(0)
            if len(cuts) > 1:
                self._soon(more, 0.2, 1.2)
            else:
                self._note(sent, *_times(file.fileno()), certain=os.fstat(file.fileno()).st_nlink > 0)
                file.close()

        more()

    def _with_an_editor_open(self, sent: Sent) -> None:
        path = self._path(sent.name)
        folder, _, name = path.rpartition(b"/")
        lock = folder + b"/.~lock." + name + b"#"
        if len(name) > 240:
            self._at_once(sent)
            return
        Path(os.fsdecode(lock)).touch()
        self._at_once(sent)
        self._soon(lambda: os.unlink(lock), 2, 6)  # noqa: PTH108

    def _forbidden(self, sent: Sent) -> None:
        """For a while nobody may read it; then it came when it could be read."""
        path = self._path(sent.name)
        file = os.open(path, os.O_WRONLY | os.O_CREAT, 0)
        os.write(file, sent.content)

        def allow() -> None:
            os.fchmod(file, 0o644)
            self._note(sent, *_times(file))
            os.close(file)

        self._soon(allow, 1, 6)

    def _then_renamed(self, sent: Sent) -> None:
        path = self._path(sent.name)
        file = os.open(path, os.O_WRONLY | os.O_CREAT, 0o644)
        os.write(file, sent.content)
        first = _times(file)
        folder, slash, name = sent.name.rpartition(b"/")
        other = replace(sent, name=folder + slash + b"new-" + name.replace("很".encode(), b""))

        def rename() -> None:
            try:
                os.rename(path, self._path(other.name))  # noqa: PTH104
                self._note(other, *_times(file))
                self._note(sent, *first, certain=False)
            except FileNotFoundError:
                self._note(sent, *first)
            os.close(file)

        self._soon(rename, 0, 6)

    def _then_removed(self, sent: Sent) -> None:
        path = self._path(sent.name)
        times = self._written(path, sent.content)

        def remove() -> None:
            try:
                os.unlink(path)  # noqa: PTH108
                self._note(sent, *times, certain=False)
            except FileNotFoundError:
                self._note(sent, *times)

        self._soon(remove, 0, 6)

    def _then_saved_over(self, sent: Sent) -> None:
        """Saved again, whole, while we may be at it."""
        path = self._path(sent.name)
        times = self._written(path, sent.content)
        if not _is_a_units_form(sent):
            self._note(sent, *times)
            return
        better = self._better(sent)

        def save() -> None:
            passing = self._path(b".%d.tmp" % self.rng.getrandbits(60))
            with open(passing, "wb") as file:  # noqa: PTH123
                file.write(better.content)
                file.flush()
                stood = os.path.exists(path)  # noqa: PTH110
                os.rename(passing, path)  # noqa: PTH104
                self._note(better, *_times(file.fileno()))
            self._note(sent, *times, certain=not stood)

        self._soon(save, 0, 6)

    def _settled(self) -> Arrival | None:
        """One whose file has left the inbox, of a known unit and as the clerk meant it; none if there is none yet."""
        for _ in range(20):
            if not self.arrivals:
                return None
            one = self.rng.choice(self.arrivals)
            known = (
                one.certain and one.sent.unit and one.sent.material in ("statistics", "narrative", "stamped")
            )
            if known and one.sent.verdict == "accepted" and not os.path.lexists(self._path(one.sent.name)):
                return one
        return None

    def _better(self, sent: Sent) -> Sent:
        """Other figures of the same unit under the same name."""
        unit = next(unit for unit in self.clerks.units if unit.name == sent.unit)
        return replace(self.clerks.good(unit), name=sent.name)

    def _path(self, name: bytes) -> bytes:
        path = os.path.join(os.fsencode(self.inbox), name)  # noqa: PTH118
        os.makedirs(path.rpartition(b"/")[0], exist_ok=True)  # noqa: PTH103
        return path

    def _written(self, path: bytes, content: bytes) -> tuple[int, int]:
        with open(path, "wb") as file:  # noqa: PTH123
            file.write(content)
            file.flush()
            if self.rng.random() < 0.2:  # saved days ago and copied now
                saved = time.time() - self.rng.uniform(1, 20) * 86_400
                os.utime(file.fileno(), (saved, saved))
            return _times(file.fileno())

    def _soon(self, act: Callable[[], None], least: float, most: float) -> None:
        self.under_way += 1

        def done() -> None:
            self.under_way -= 1
            act()

        self.later(self.rng.uniform(least, most), done)

    def _note(self, sent: Sent, at_us: int, mtime_ns: int, certain: bool = True) -> None:
        self.arrivals.append(Arrival(sent, at_us, mtime_ns, certain))


def _is_a_units_form(sent: Sent) -> bool:
    return sent.unit is not None and sent.name.endswith(b".xlsx")


def _times(file: int) -> tuple[int, int]:
    about = os.fstat(file)
    return about.st_ctime_ns // 1000, about.st_mtime_ns
