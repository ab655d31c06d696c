"""The tree against Certificate Transparency's own vectors, against the RFC's definition, and against forgers.

The vectors (leaves, roots, subtrees, paths, proofs) are those of google/certificate-transparency,
cpp/merkletree/merkle_tree_test.cc, and of transparency-dev/merkle, testonly/constants.go and rfc6962/rfc6962_test.go.
"""

from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core import merkle

LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
NODES = [
    [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7",
        "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "4271a26be0d8a84f0bd54c8c302e7cb3a3b5d1fa6780a40bcce2873477dab658",
        "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
        "46f6ffadd3d06a09ff3c5860d2755c8b9819db7df44251788c7d8e3180de8eb1",
    ],
    [
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    ],
    [
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    ["5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"],
]
# Leaf (from 0), size, and the path as nodes (level, index) of the reference tree.
PATHS: list[tuple[int, int, list[merkle.Node]]] = [
    (0, 1, []),
    (0, 8, [(0, 1), (1, 1), (2, 1)]),
    (5, 8, [(0, 4), (1, 3), (2, 0)]),
    (2, 3, [(1, 0)]),
    (1, 5, [(0, 0), (1, 1), (0, 4)]),
]
PROOFS: list[tuple[int, int, list[merkle.Node]]] = [
    (1, 1, []),
    (1, 8, [(0, 1), (1, 1), (2, 1)]),
    (6, 8, [(1, 2), (1, 3), (2, 0)]),
    (2, 5, [(1, 1), (0, 4)]),
]


def vector(node: merkle.Node) -> bytes:
    return bytes.fromhex(NODES[node[0]][node[1]])


def defined_root(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 9162 §2.1.1, word by word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sha256(b"\x01" + defined_root(leaves[:half]) + defined_root(leaves[half:])).digest()


def reader(leaves: Sequence[bytes]) -> merkle.Read:
    def read(nodes: Sequence[merkle.Node]) -> dict[merkle.Node, bytes]:
        assert all((index + 1) << level <= len(leaves) for level, index in nodes), "a node that is not complete"
        return {(level, index): defined_root(leaves[index << level : (index + 1) << level]) for level, index in nodes}

    return read


def numbered(count: int) -> list[bytes]:
    return [str(number).encode() for number in range(count)]


# --- the vectors ------------------------------------------------------------------------------------------------------
def test_the_hashes_are_those_of_certificate_transparency() -> None:
    assert merkle.EMPTY.hex() == ROOTS[0]
    assert merkle.leaf_hash(b"").hex() == ROOTS[1]
    assert merkle.leaf_hash(b"L123456").hex() == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    node = "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"
    assert merkle.node_hash(b"N123", b"N456").hex() == node


def test_the_reference_tree_grows_to_the_known_roots_and_subtrees() -> None:
    edge: list[bytes] = []
    nodes: dict[merkle.Node, str] = {}
    for size, leaf in enumerate(LEAVES):
        assert merkle.fold(edge).hex() == ROOTS[size]
        hashes = [merkle.leaf_hash(leaf), *merkle.grow(edge, size, merkle.leaf_hash(leaf))]
        nodes |= {(level, size >> level): found.hex() for level, found in enumerate(hashes)}
    assert merkle.fold(edge).hex() == ROOTS[8]
    assert nodes == {(level, index): text for level, row in enumerate(NODES) for index, text in enumerate(row)}


def test_the_root_of_every_size_is_the_known_one() -> None:
    assert [merkle.root_at(size, reader(LEAVES)).hex() for size in range(9)] == ROOTS


@pytest.mark.parametrize(("index", "size", "nodes"), PATHS)
def test_the_known_inclusion_proofs(index: int, size: int, nodes: list[merkle.Node]) -> None:
    path = [vector(node) for node in nodes]
    assert merkle.inclusion_proof(index, size, reader(LEAVES)) == path
    assert merkle.verify_inclusion(vector((0, index)), index, size, path, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("first", "second", "nodes"), PROOFS)
def test_the_known_consistency_proofs(first: int, second: int, nodes: list[merkle.Node]) -> None:
    path = [vector(node) for node in nodes]
    assert merkle.consistency_proof(first, second, reader(LEAVES)) == path
    assert merkle.verify_consistency(first, second, path, bytes.fromhex(ROOTS[first]), bytes.fromhex(ROOTS[second]))


# --- what Certificate Transparency tries to forge ---------------------------------------------------------------------
def wrong_paths(path: list[bytes], root: bytes) -> list[list[bytes]]:
    changed = [[*path[:i], merkle.EMPTY, *path[i + 1 :]] for i in range(len(path))]
    shorter = [path[:-1], path[1:]] if path else []
    return [*changed, *shorter, [*path, b""], [*path, root], [b"", *path], [root, *path]]


def test_no_wrong_place_size_leaf_root_or_path_passes_for_an_inclusion() -> None:
    for size in range(1, 9):
        root = bytes.fromhex(ROOTS[size])
        for index in range(size):
            leaf, path = vector((0, index)), merkle.inclusion_proof(index, size, reader(LEAVES))
            for place in {*range(-1, 10), index ^ 2} - {index}:
                assert not merkle.verify_inclusion(leaf, place, size, path, root)
            assert not merkle.verify_inclusion(leaf, index, size * 2, path, root)
            assert not merkle.verify_inclusion(leaf, index, size // 2, path, root)
            assert not merkle.verify_inclusion(merkle.leaf_hash(b"WrongLeaf"), index, size, path, root)
            assert not merkle.verify_inclusion(leaf, index, size, path, merkle.EMPTY)
            assert not merkle.verify_inclusion(leaf, index, size, path, b"")
            for wrong in wrong_paths(path, root):
                assert not merkle.verify_inclusion(leaf, index, size, wrong, root)


def test_no_wrong_size_root_or_path_passes_for_consistency() -> None:
    for second in range(2, 9):
        for first in range(1, second):
            old, new = bytes.fromhex(ROOTS[first]), bytes.fromhex(ROOTS[second])
            path = merkle.consistency_proof(first, second, reader(LEAVES))
            for place in {first - 1, first + 1, first ^ 2} - {first}:
                assert not merkle.verify_consistency(place, second, path, old, new)
            for place in (second * 2, second // 2, 0):
                assert not merkle.verify_consistency(first, place, path, old, new)
            for wrong in ((new, old), (old, b"WrongRoot"), (b"WrongRoot", new), (old, merkle.EMPTY)):
                assert not merkle.verify_consistency(first, second, path, *wrong)
            for wrong_path in [[], *wrong_paths(path, path[-1])]:
                assert not merkle.verify_consistency(first, second, wrong_path, old, new)


def test_nothing_proves_growth_from_nothing_or_backwards() -> None:
    root = bytes.fromhex(ROOTS[2])
    assert not merkle.verify_consistency(0, 2, [], merkle.EMPTY, root)
    assert not merkle.verify_consistency(2, 1, [], root, root)
    assert not merkle.verify_consistency(2, 2, [root], root, root)
    assert not merkle.verify_consistency(2, 2, [], root, merkle.EMPTY)
    for first, second in ((0, 3), (4, 3)):
        with pytest.raises(ValueError, match="grow"):
            merkle.consistency_proof(first, second, reader(LEAVES))
    for index, size in ((3, 3), (-1, 3), (0, 0)):
        with pytest.raises(ValueError, match="no leaf"):
            merkle.inclusion_proof(index, size, reader(LEAVES))


# --- any tree ---------------------------------------------------------------------------------------------------------
sizes = st.integers(1, 200)


@given(sizes)
def test_growing_gives_the_defined_root(size: int) -> None:
    edge: list[bytes] = []
    for index, leaf in enumerate(numbered(size)):
        merkle.grow(edge, index, merkle.leaf_hash(leaf))
    assert merkle.fold(edge) == defined_root(numbered(size)) == merkle.root_at(size, reader(numbered(size)))


@given(sizes, st.data())
def test_every_inclusion_proof_verifies_and_no_changed_byte_passes(size: int, data: st.DataObject) -> None:
    leaves = numbered(size + data.draw(st.integers(0, 5)))
    index = data.draw(st.integers(0, size - 1))
    path = merkle.inclusion_proof(index, size, reader(leaves))
    leaf, root = merkle.leaf_hash(leaves[index]), defined_root(leaves[:size])
    assert len(path) <= size.bit_length()
    assert merkle.verify_inclusion(leaf, index, size, path, root)
    *changed_path, changed_leaf, changed_root = changed_somewhere([*path, leaf, root], data)
    assert not merkle.verify_inclusion(changed_leaf, index, size, changed_path, changed_root)


@given(sizes, st.data())
def test_every_consistency_proof_verifies_and_no_changed_byte_passes(second: int, data: st.DataObject) -> None:
    leaves = numbered(second)
    first = data.draw(st.integers(1, second))
    path = merkle.consistency_proof(first, second, reader(leaves))
    old, new = defined_root(leaves[:first]), defined_root(leaves)
    assert len(path) <= second.bit_length() + 1
    assert merkle.verify_consistency(first, second, path, old, new)
    *changed_path, changed_old, changed_new = changed_somewhere([*path, old, new], data)
    assert not merkle.verify_consistency(first, second, changed_path, changed_old, changed_new)


@given(sizes, st.data())
def test_a_rewritten_leaf_has_no_proof_of_consistency(second: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(1, second))
    honest, forged = numbered(second), numbered(second)
    forged[data.draw(st.integers(0, first - 1))] += b"!"
    path = merkle.consistency_proof(first, second, reader(forged))
    old, new = defined_root(honest[:first]), defined_root(forged)
    assert not merkle.verify_consistency(first, second, path, old, new)


@given(st.integers(1, 2**62), st.data())
def test_a_proof_reads_logarithmically_few_nodes_at_any_size(size: int, data: st.DataObject) -> None:
    asked: list[int] = []

    def read(nodes: Sequence[merkle.Node]) -> dict[merkle.Node, bytes]:
        asked.append(len(nodes))
        assert all((index + 1) << level <= size for level, index in nodes)
        return dict.fromkeys(nodes, merkle.EMPTY)

    merkle.root_at(size, read)
    merkle.inclusion_proof(data.draw(st.integers(0, size - 1)), size, read)
    merkle.consistency_proof(data.draw(st.integers(1, size)), size, read)
    assert len(asked) == 3
    assert max(asked) <= 2 * size.bit_length()


def changed_somewhere(hashes: list[bytes], data: st.DataObject) -> list[bytes]:
    """The same with one bit of one of them turned over."""
    which, place, bit = (data.draw(st.integers(0, limit - 1)) for limit in (len(hashes), 32, 8))
    other = bytearray(hashes[which])
    other[place] ^= 1 << bit
    return [*hashes[:which], bytes(other), *hashes[which + 1 :]]
