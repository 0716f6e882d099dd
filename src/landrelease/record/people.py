"""Who is the same person, who the same organisation: the one place where names are compared."""

import unicodedata
from functools import lru_cache

NOT_STATED = "not stated"
"""Organisation of a statement whose author named none."""


@lru_cache(maxsize=4096)
def person_key(name: str) -> str:
    """Return what all spellings of a name have in common: case, width of letters and outer spaces do not tell apart.

    NFKC normalisation and case folding (Unicode Standard, section 3.13), so that ``Ana``, ``ANA `` and ``ana`` are one
    person, who cannot review herself.
    """
    shown = "".join(sign for sign in name if unicodedata.category(sign) != "Cf")  # joiners, soft hyphens: invisible
    folded = unicodedata.normalize("NFKC", shown).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def same_person(name: str, other: str) -> bool:
    """Tell whether two names are spellings of one."""
    return name == other or person_key(name) == person_key(other)


def same_organisation(name: str, other: str) -> bool:
    """Tell whether two authors wrote for one organisation. Who named none shares it with nobody."""
    return name == other and person_key(name) not in ("", NOT_STATED)
