"""What a run prints."""

from dataclasses import dataclass


@dataclass
class Row:
    """One figure: holds while `measured` is at most (or, for rates, at least) `bound` times its floor."""

    name: str
    measured: float
    floor: float
    bound: float
    unit: str
    at_least: bool = False
    absolute: bool = False  # `bound` is in the figure's own unit; the floor is only for comparison

    @property
    def limit(self):
        return self.bound if self.absolute else self.bound * self.floor

    @property
    def holds(self):
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit


def number(value):
    if value == 0:
        return "0"
    digits = 0 if abs(value) >= 1000 else 1 if abs(value) >= 100 else 2 if abs(value) >= 1 else 3
    return f"{value:,.{digits}f}"


def cells(row, other):
    sign = "≥" if row.at_least else "≤"
    bound = f"{sign} {number(row.bound)}" + ("" if row.absolute else f" × {other}")
    ratio = f"{row.measured / row.floor:.2f}" if row.floor else "–"
    measured = f"{number(row.measured)} {row.unit}"
    return [row.name, measured, f"{number(row.floor)}" if row.floor else "–", ratio, bound, "ok" if row.holds else "open"]


def text(rows, other="floor"):
    """The rows as a table that is Markdown too; `other` is what each figure is compared with."""
    lines = [["figure", "measured", other, "ratio", "bound", ""], *(cells(row, other) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(6)]
    shown = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |" for line in lines]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([shown[0], rule, *shown[1:]])
