"""Indexes: made beside the live one, put in its place in one step, removed."""

from datetime import datetime

from elasticsearch import NotFoundError

from marketplace.core import clock
from search.backends.elasticsearch import mapping
from search.backends.elasticsearch.client import client

_WHILE_BUILDING = {"refresh_interval": "-1"}
_MADE_AT = "made_at"


def behind(alias: str) -> list[str]:
    """The indexes behind an alias; none if there is no such alias."""
    try:
        return list(client().indices.get_alias(name=alias))
    except NotFoundError:
        return []


def begin(*, anew: bool = False) -> tuple[str, bool]:
    """The index to build: the unfinished one of an interrupted run, or a new one; and whether it is the former."""
    unfinished = behind(mapping.next_alias())
    if unfinished and not anew:
        return unfinished[0], True
    for name in unfinished:
        client().indices.delete(index=name, ignore_unavailable=True)
    name = mapping.fresh_name()
    client().indices.create(
        index=name,
        mappings={**mapping.MAPPINGS, "_meta": {_MADE_AT: clock.now().isoformat()}},
        settings={**mapping.SETTINGS, **_WHILE_BUILDING},
        aliases={mapping.next_alias(): {}},
    )
    return name, False


def made_at(index: str) -> datetime:
    """When an index was begun."""
    found = client().indices.get_mapping(index=index)
    return datetime.fromisoformat(found[index]["mappings"]["_meta"][_MADE_AT])


def put_live(index: str) -> None:
    """Let this index answer from now on instead of the former one, which is removed: one step, for everybody at once.

    Harmless to repeat: whoever lost the server's answer to the first time finds that it was done, or does it.
    """
    client().indices.put_settings(
        index=index, settings={"refresh_interval": mapping.SETTINGS["refresh_interval"]}, reopen=False
    )
    client().indices.refresh(index=index)
    acts: list[dict[str, dict[str, str]]] = [{"add": {"index": index, "alias": mapping.alias()}}]
    if index in behind(mapping.next_alias()):
        acts.append({"remove": {"index": index, "alias": mapping.next_alias()}})
    acts += [{"remove_index": {"index": name}} for name in ours() if name != index and name not in _unfinished()]
    client().indices.update_aliases(actions=acts)


def ours() -> list[str]:
    """All indexes of this installation, of every version."""
    pattern = f"{mapping.prefix()}-*"
    return [name for name in client().indices.get_alias(index=pattern) if mapping.is_ours(name)]


def remove_all() -> None:
    """Remove every index of this installation."""
    for name in ours():
        client().indices.delete(index=name, ignore_unavailable=True)


def _unfinished() -> list[str]:
    return behind(mapping.next_alias())
