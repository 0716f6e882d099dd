"""``docs/reference/terms.md``, from the enums of the vocabulary."""

import inspect

from landrelease import terms
from tools.pages import NOTICE, table

HEAD = f"""{NOTICE}

# Vocabulary

Generated from `src/landrelease/terms.py`. Statements and files carry the *value*, which never changes; people see
the *name*, in their language. What the words mean is said in the [glossary](../glossary.md).
"""


def page() -> str:
    """Text of the page: one table a vocabulary."""
    return "\n".join([HEAD, *(_section(vocabulary) for vocabulary in vocabularies())])


def vocabularies() -> list[type[terms.Term]]:
    """Every enum of terms, in the order of the source."""
    members = (member for member in vars(terms).values() if inspect.isclass(member))
    return [member for member in members if issubclass(member, terms.Term) and member is not terms.Term]


def _section(vocabulary: type[terms.Term]) -> str:
    rows = [(f"`{term.value}`", term.display) for term in vocabulary]
    return f"## {vocabulary.__name__}\n\n{inspect.getdoc(vocabulary)}\n\n" + table(("Value", "Name"), rows)
