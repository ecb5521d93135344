// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Inclusion in a Merkle tree of RFC 9162, with SHA-256
library Inclusion {
    /// The path has not the length that this index in a tree of this size needs, or the index is outside the tree.
    error InvalidProofShape();

    /// Hash of a log entry; the prefix keeps it from being read as an inner node.
    function leafHash(bytes memory entry) internal pure returns (bytes32) {
        return sha256(bytes.concat(hex"00", entry));
    }

    function nodeHash(bytes32 left, bytes32 right) internal pure returns (bytes32) {
        return sha256(bytes.concat(hex"01", left, right));
    }

    /// The root to which `path` leads from `leaf` at `index` (from 0) in a tree of `size` leaves (RFC 9162, 2.1.3.2).
    function rootOf(bytes32 leaf, uint64 index, uint64 size, bytes32[] calldata path) internal pure returns (bytes32) {
        if (index >= size) revert InvalidProofShape();
        bytes32 node = leaf;
        uint64 position = index;
        uint64 last = size - 1;
        for (uint256 i = 0; i < path.length; ++i) {
            if (last == 0) revert InvalidProofShape();
            if (position & 1 == 1 || position == last) {
                node = nodeHash(path[i], node);
                // Levels at which the node stands alone at the right edge have no sibling.
                while (position & 1 == 0 && position != 0) (position, last) = (position >> 1, last >> 1);
            } else {
                node = nodeHash(node, path[i]);
            }
            (position, last) = (position >> 1, last >> 1);
        }
        if (last != 0) revert InvalidProofShape();
        return node;
    }
}
