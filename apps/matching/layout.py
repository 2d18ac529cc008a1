"""How a listing lies in memory: rows of fixed size, and lists of weighted terms beside them.

A row's key is its listing's id times two, plus one for an enterprise that stands as an offer through its profile.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

TILE = 64  # rows that share one zone key
TECHNOLOGIES, PLACES, REQUIRED, HELD, CONCEPTS = 8, 4, 8, 16, 512
ROOT_BITS = np.uint64(0xFFFFFFFF)
MODE_BITS = np.uint64(0xFFFF00000000)
MODE_SHIFT = np.uint64(32)
NO_BOUND = np.float32(-1.0)

ROW = np.dtype(
    [
        ("key", "i8"),
        ("enterprise", "i8"),
        ("name_hash", "u8"),  # of the enterprise's external id: what exclusions name
        ("veto_bloom", "u8"),
        ("bits", "u8"),  # families and modes; all ones where they are not stated
        ("wished", "u8", 4),
        ("excluded", "u8", 4),
        ("present", "u8", 4),  # countries of the references
        ("languages", "u8", 3),
        ("required", "u4", REQUIRED),
        ("held", "u4", HELD),
        ("power", "f4", 2),
        ("energy", "f4", 2),
        ("budget", "f4", 2),
        ("dates", "i4", 2),
        ("track", "i4"),  # place in the tracks, -1 for none; filled when a snapshot is laid out
        ("word_norm", "f4"),
        ("concept_norm", "f4"),
        ("technologies", "u2", TECHNOLOGIES),
        ("modes", "u2"),
        ("stages", "u2"),
        ("frameworks_wished", "u2"),
        ("frameworks", "u2"),
        ("wished_regions", "u2"),
        ("language", "u2"),
        ("country", "u1"),
        ("site", "u1"),
        ("region", "u1"),
        ("places", "u1", PLACES),
        ("trl", "u1", 2),
        ("flags", "u1"),
    ],
    align=True,
)
DATES_KNOWN, WISHES, HAS_VETOES = 1, 2, 4

TRACK = np.dtype(
    [
        ("enterprise", "i8"),
        ("word_norm", "f4"),
        ("language", "u2"),
        ("activity", "u1"),
        ("sizes_known", "u1"),
        ("presence", "u1", 256),
        ("experience", "u1", CONCEPTS),
        ("scale", "u1", 40),
    ],
    align=True,
)

Array = npt.NDArray[np.generic]


class Terms(NamedTuple):
    """Sorted terms with weights: those of row n lie between starts[n] and starts[n + 1]."""

    starts: npt.NDArray[np.int64]
    terms: npt.NDArray[np.uint32]
    weights: npt.NDArray[np.float32]


class Side(NamedTuple):
    """The listings of one side: rows, their families and modes once more in one dense column, and their terms."""

    rows: Array
    bits: npt.NDArray[np.uint64]
    keys: npt.NDArray[np.int64]
    words: Terms
    concepts: Terms
    vetoes: Terms


class Tracks(NamedTuple):
    """What the references of enterprises say."""

    rows: Array
    words: Terms
