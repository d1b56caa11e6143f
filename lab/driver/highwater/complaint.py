"""The one way in which the driver says that something is wrong."""


class Complaint(Exception):
    """A sentence for the person at the terminal, and the exit status that goes with it.

    Status 2 is for wrong use and for files that are not what they should be; 1 for a result that
    is not the recorded one.
    """

    def __init__(self, sentence: str, status: int = 2) -> None:
        super().__init__(sentence)
        self.status = status
