// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title The fee on a payment: basis points, rounded up to the base unit. The same integers as the ledger's `feeOf`.
library Fees {
    uint256 internal constant BASIS_POINTS = 10_000;
    /// No terms may ask for more: a tenth.
    uint256 internal constant MOST_BPS = 1_000;

    /// @dev Amounts near 2^256 panic.
    function feeOf(uint256 amount, uint256 bps) internal pure returns (uint256) {
        return (amount * bps + BASIS_POINTS - 1) / BASIS_POINTS;
    }

    /// @notice The least and most that the fees of `count` payments, each rounded up, can come to when they sum to `total`.
    function feesOf(uint256 total, uint256 count, uint256 bps) internal pure returns (uint256 least, uint256 most) {
        if (bps == 0) return (0, 0);
        least = feeOf(total, bps);
        most = (total * bps + count * (BASIS_POINTS - 1)) / BASIS_POINTS;
    }
}
