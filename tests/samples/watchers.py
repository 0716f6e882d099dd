"""Someone who watches long work and stops it."""


class Impatient:
    """Has enough after being asked so many times."""

    def __init__(self, patience: int = 0) -> None:
        self.left = patience

    def begin(self, label: str, total: int | None = None) -> None: ...

    def end(self) -> None: ...

    def advance(self, units: int = 1) -> None:
        if self.left == 0:
            raise KeyboardInterrupt
        self.left -= 1
