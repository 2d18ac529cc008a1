"""How a listing lies in memory: a row of fixed size, and lists of weighted terms beside the rows.

A row's key is its listing's id times two, plus one for an enterprise that stands as an offer through its profile.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from apps.matching.criteria import INDEX

TILE = 64  # rows that share one zone key
TECHNOLOGIES, PLACES, REQUIRED, HELD, CONCEPTS, REGIONS, SIZES = 8, 4, 8, 16, 512, 9, 80
ROOT_BITS = np.uint64(0xFFFFFFFF)
MODE_BITS = np.uint64(0xFFFF00000000)
MODE_SHIFT = np.uint64(32)
NO_BOUND = np.float32(-1.0)

ROW = np.dtype(
    [
        # What excludes, and what is looked at first, lies together.
        ("enterprise", "i8"),
        ("excluded", "u8", 4),
        # A bit for each criterion: where we ask and they give, it is known.
        ("asks", "u4"),
        ("gives", "u4"),
        (
            "track",
            "i4",
        ),  # place in the tracks, -1 for none; set when listings are laid out, as are words, concepts and vetoes
        ("word_norm", "f4"),
        ("concept_norm", "f4"),
        ("language", "u2"),
        ("modes", "u2"),
        ("stages", "u2"),
        ("country", "u1"),
        ("site", "u1"),
        ("marks", "u1"),
        ("size", "u1"),  # the half doubling of euro nearest to the budget, and one more; 0 where it is not stated
        ("work_region", "u1"),  # of the first of the places
        ("region", "u1"),
        ("places", "u1", PLACES),
        ("technologies", "u2", TECHNOLOGIES),
        ("power", "f4", 2),
        ("energy", "f4", 2),
        ("budget", "f4", 2),
        ("languages", "u8", 3),
        ("required", "u4", REQUIRED),
        ("held", "u4", HELD),
        ("dates", "i4", 2),
        ("wished", "u8", 4),
        ("present", "u8", 4),  # countries of the references
        ("frameworks_wished", "u2"),
        ("frameworks", "u2"),
        ("wished_regions", "u2"),
        ("trl", "u1", 2),
        ("words", "u4", 2),
        ("concepts", "u4", 2),
        ("vetoes", "u4", 2),
        ("veto_bloom", "u8"),
        ("name_hash", "u8"),  # of the enterprise's external id: what exclusions name
        ("bits", "u8"),  # families and modes; all ones where they are not stated
        ("key", "i8"),
        # What forbids a pair and is told to nobody, but for the group; looked at only where a pair would enter a list.
        ("group", "u8"),  # the name hash of the enterprise that controls this one in the end; its own where none does
        ("trade", "u8"),  # the enterprise's families and, above them, its stages: who shares both competes
        ("barred", "u8", 4),  # countries that the enterprise keeps from all of its listings
        ("kinds", "u2"),  # what kinds of organisation it is
        ("barred_kinds", "u2"),
    ],
    align=True,
)
DATES_KNOWN, WISHES, HAS_VETOES, NO_COMPETITORS = 1, 2, 4, 8

TRACK = np.dtype(
    [
        ("enterprise", "i8"),
        ("words", "u4", 2),
        ("word_norm", "f4"),
        ("references", "u4"),
        ("language", "u2"),
        ("activity", "u1"),
        ("sizes_known", "u1"),
        ("presence", "u1", 256),
        ("experience", "u1", (REGIONS, CONCEPTS)),  # by the region of the work, 0 for none
        ("scale", "u1", SIZES),
    ],
    align=True,
)

Array = npt.NDArray[Any]


class Side(NamedTuple):
    """The listings of one side: rows, their keys and bits once more in dense columns, the offers' track records, and the terms
    to which rows and tracks point: sorted numbers with weights."""

    rows: Array
    bits: npt.NDArray[np.uint64]
    keys: npt.NDArray[np.int64]
    tracks: Array
    terms: npt.NDArray[np.uint32]
    weights: npt.NDArray[np.float32]


def order(rows: Array) -> npt.NDArray[np.int64]:
    """The order in which rows are laid out: those of one family and the same modes together, those that state none last."""
    families, modes = rows["bits"] & ROOT_BITS, rows["bits"] & MODE_BITS
    first = np.where(families == ROOT_BITS, families, families & (~families + np.uint64(1)))
    return np.lexsort((rows["key"], families, modes, first))


def declare(rows: Array, tracks: Array) -> None:
    """Set which criteria each row asks for and gives; those of texts depend on the pair."""
    track = rows["track"] >= 0
    sizes = np.zeros(len(rows), bool)
    sizes[track] = tracks["sizes_known"][rows["track"][track]] > 0
    told: dict[str, Any] = {
        name: rows[column][:, 0] > 0 for name, column in (("technology", "technologies"), ("maturity", "trl"))
    }
    told |= {"mode": rows["modes"] > 0, "stage": rows["stages"] > 0, "languages": rows["languages"].any(axis=1)}
    told |= {name: rows[name][:, 0] >= 0 for name in ("power", "energy", "budget")}
    told |= {"dates": (rows["marks"] & DATES_KNOWN) > 0}
    asks = told | {
        "country": (rows["marks"] & WISHES) > 0, "framework": rows["frameworks_wished"] > 0, "certificates": rows["required"][:, 0] > 0,
        "experience": told["technology"], "presence": rows["places"][:, 0] > 0, "activity": ~track | track, "scale": rows["size"] > 0,
    }  # fmt: skip
    gives = told | {
        "country": (rows["country"] > 0) | (rows["site"] > 0), "framework": rows["country"] > 0, "certificates": rows["held"][:, 0] > 0,
        "experience": track, "presence": track, "activity": track, "scale": track & sizes,
    }  # fmt: skip
    for column, stated in (("asks", asks), ("gives", gives)):
        rows[column] = sum(known.astype(np.uint32) << INDEX[name] for name, known in stated.items())


def nothing() -> Side:
    """A side without listings."""
    return Side(
        np.zeros(0, ROW), np.zeros(0, np.uint64), np.zeros(0, np.int64), np.zeros(0, TRACK), np.zeros(0, np.uint32),
        np.zeros(0, np.float32),
    )  # fmt: skip


def every(side: Side, step: int) -> Side:
    """Every so many of a side's listings, without gaps: the kernel would be compiled anew for arrays that have some."""
    rows, bits, keys = (np.ascontiguousarray(column[::step]) for column in (side.rows, side.bits, side.keys))
    return side._replace(rows=rows, bits=bits, keys=keys)
