"""The Merkle tree of RFC 6962 and RFC 9162 (§2.1) with SHA-256: its hashes, heads and proofs, and how one checks them.

A *node* (level, index) is the complete subtree over the 2**level leaves from index · 2**level on. Its hash never
changes once these leaves are there, so it can be stored; the head and the proofs of any size are folded from
O(log size) of them. Leaves are counted from 0. No hash here is anything but 32 raw bytes.
"""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY = sha256(b"").digest()

Node = tuple[int, int]
Read = Callable[[Sequence[Node]], Mapping[Node, bytes]]
"""Fetches the hashes of many nodes at once; LookupError when one is not there."""


def leaf_hash(leaf: bytes) -> bytes:
    """What stands for an entry in the tree: SHA-256(0x00 ‖ leaf)."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """What stands for two neighbours: SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


def grow(edge: list[bytes], size: int, leaf: bytes) -> list[bytes]:
    """Append a leaf hash to a tree of `size` leaves; returns the subtrees it completes, from level 1 upwards.

    `edge` holds the hashes of `cover(0, size)` and is brought to those of size + 1.
    """
    completed, node = [], leaf
    while size & 1:
        node = node_hash(edge.pop(), node)
        completed.append(node)
        size >>= 1
    edge.append(node)
    return completed


def cover(begin: int, end: int) -> list[Node]:
    """The fewest nodes that make up the leaves from `begin` up to `end`, left to right.

    `begin` must be a multiple of a power of two that is not smaller than end - begin, as it is in all of the RFC's
    recursions.
    """
    nodes = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        nodes.append((level, begin >> level))
        begin += 1 << level
    return nodes


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root over neighbouring complete subtrees that shrink from left to right."""
    if not hashes:
        return EMPTY
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def root_at(size: int, read: Read) -> bytes:
    """The root hash of the first `size` leaves."""
    return _roots([(0, size)], read)[0]


def inclusion_proof(index: int, size: int, read: Read) -> list[bytes]:
    """The path from leaf `index` to the root of the first `size` leaves (RFC 9162 §2.1.3.1). ValueError."""
    if not 0 <= index < size:
        raise ValueError(f"there is no leaf {index} in a tree of {size}")
    begin, end = 0, size
    siblings = []
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            siblings.append((middle, end))
            end = middle
        else:
            siblings.append((begin, middle))
            begin = middle
    return _roots(siblings[::-1], read)


def consistency_proof(first: int, second: int, read: Read) -> list[bytes]:
    """That the first `first` of `second` leaves are the same in both trees (RFC 9162 §2.1.4.1). ValueError."""
    if not 0 < first <= second:
        raise ValueError(f"a tree of {second} does not grow from one of {first}")
    begin, end = 0, second
    parts = []
    while end != first:
        middle = begin + _split(end - begin)
        if first <= middle:
            parts.append((middle, end))
            end = middle
        else:
            parts.append((begin, middle))
            begin = middle
    if begin:  # else the last part is the first tree itself, whose root the verifier has
        parts.append((begin, end))
    return _roots(parts[::-1], read)


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` leads from the leaf hash at `index` to the root of `size` leaves (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes(leaf, root, *path):
        return False
    here, last, found = index, size - 1, leaf
    for other in path:
        if last == 0:
            return False
        if here & 1 or here == last:
            found = node_hash(other, found)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            found = node_hash(found, other)
        here, last = here >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(first: int, second: int, path: Sequence[bytes], first_root: bytes, second_root: bytes) -> bool:
    """Whether the tree of `second` leaves begins with that of `first` (RFC 9162 §2.1.4.2). From nothing: False."""
    if not 0 < first <= second or not _are_hashes(first_root, second_root, *path):
        return False
    if first == second:
        return not path and first_root == second_root
    if not path:
        return False
    steps = [first_root, *path] if first & (first - 1) == 0 else list(path)
    here, last = first - 1, second - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    old = new = steps[0]
    for other in steps[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            old, new = node_hash(other, old), node_hash(other, new)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            new = node_hash(new, other)
        here, last = here >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


def _split(count: int) -> int:
    """The largest power of two below `count`, which is at least 2."""
    return 1 << ((count - 1).bit_length() - 1)


def _roots(ranges: Sequence[tuple[int, int]], read: Read) -> list[bytes]:
    covers = [cover(begin, end) for begin, end in ranges]
    hashes = read([node for nodes in covers for node in nodes])
    return [fold([hashes[node] for node in nodes]) for nodes in covers]


def _are_hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_BYTES for value in values)
