"""When a returned deliverable becomes a dispute."""


def is_dispute(round_number: int, most_returns: int) -> bool:
    """Whether returning the deliverable of this round is a dispute: the third return is, and each after it.

    Source: selection-rules, *Periods*: "a third return is a dispute, never an acceptance".
    """
    return round_number >= most_returns
