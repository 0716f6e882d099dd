"""Invented names of places: syllables that belong to no language in particular."""

import numpy as np

_FIRST = ("Al", "Bre", "Cor", "Da", "El", "Fen", "Gal", "Hor", "Is", "Jor", "Kel", "Lo", "Mar", "Nor", "Or", "Pel",
          "Ro", "Sel", "Tor", "Ul", "Ver", "Wen", "Yar", "Zel")  # fmt: skip
_MIDDLE = ("a", "e", "i", "o", "ar", "en", "il", "on", "ur")
_LAST = ("bar", "dal", "den", "fora", "gar", "len", "mora", "na", "nest", "ra", "rim", "sel", "tan", "vik", "wen")


def place_names(count: int, rng: np.random.Generator) -> list[str]:
    """Draw distinct names; the first is for the largest place."""
    taken: dict[str, None] = {}
    while len(taken) < count:
        parts = (_FIRST, _MIDDLE, _LAST)
        name = "".join(part[int(rng.integers(len(part)))] for part in parts)
        taken[name if name not in taken else f"{name} {len(taken)}"] = None
    return list(taken)
