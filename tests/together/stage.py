"""Where Python's part is played."""


def play(verb: str, token: int) -> str:
    """What goes wrong is an answer, too; so is that the part cannot import metra."""
    try:
        from part import VERBS

        return VERBS[verb](token)
    except Exception as error:
        return f"error: {error!r}"
