"""Python's part: what part.c and Part.java do, with the package."""

import metra

_kept: list[metra.MetricGroup] = []
_orders = ["one", "two"]


def _visit(group: metra.MetricGroup) -> None:
    group.counter("visits").inc()


def _join(token: int) -> str:
    """Registers in the group that was handed over, which is the default registry's too."""
    root = metra.Registry.default().root("together")
    shared = metra.MetricGroup.from_token(token) if token else root
    _visit(root)
    _visit(shared)
    own = shared.add_group("language", "python")
    own.counter("calls").inc(20)
    own.gauge("answer", lambda: len(_orders))
    _kept.append(own)
    return str(shared.token)


def _endless(depth: int) -> int:
    return _endless(depth + 1) + 1


def _trouble(token: int) -> str:
    """Gauges that fail in whatever way Python has."""
    group = metra.MetricGroup.from_token(token).add_group("trouble", "python")
    group.gauge("raises", lambda: [][0])
    group.gauge("recurses", lambda: _endless(0))
    return "ok"


def _leave(_: int) -> str:
    while _kept:
        _kept.pop().close()
    return "ok"


def _close(_: int) -> str:
    metra.Registry.default().close()
    return "ok"


VERBS = {
    "start": lambda _: "ok",
    "copy": lambda _: f"{metra.library_version()} {metra.library_path()}",
    "where": lambda _: str(metra.Registry.default().reporters[0].address),
    "join": _join,
    "trouble": _trouble,
    "leave": _leave,
    "close": _close,
}
