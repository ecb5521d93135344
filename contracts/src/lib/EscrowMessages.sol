// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Payment, Pool, Terms} from "../interfaces/IBountyEscrow.sol";

/// @title The EIP-712 messages of BountyEscrow.
library EscrowMessages {
    bytes32 internal constant TERMS = keccak256(
        "Terms(bytes32 bounty,address funder,address refundTo,address releaser,address cosigner,uint256 cosignAbove,address distributor,address feeTo,uint16 feeBps,uint64 deadline,uint64 grace,bytes32 salt)"
    );
    bytes32 internal constant TOP_UP = keccak256("TopUp(bytes32 entry,bytes32 salt)");
    bytes32 internal constant PAYMENT = keccak256("Payment(bytes32 capture,address to,uint256 amount)");
    bytes32 internal constant RELEASE =
        keccak256("Release(bytes32 entry,bytes32 capture,address to,uint256 amount,uint256 paidBefore)");
    bytes32 internal constant RELEASE_MANY = keccak256(
        "ReleaseMany(bytes32 entry,Payment[] payments,uint256 paidBefore)Payment(bytes32 capture,address to,uint256 amount)"
    );
    bytes32 internal constant RELEASE_POOL = keccak256(
        "ReleasePool(bytes32 entry,bytes32 capturesRoot,uint16 count,uint256 total,uint256 fee,uint256 paidBefore)"
    );
    bytes32 internal constant CLOSING_STATEMENT = keccak256("ClosingStatement(bytes32 entry,uint256 owedTotal)");

    function ofTerms(Terms calldata terms) internal pure returns (bytes32) {
        return keccak256(abi.encode(TERMS, terms));
    }

    function ofTopUp(bytes32 entry, bytes32 salt) internal pure returns (bytes32) {
        return keccak256(abi.encode(TOP_UP, entry, salt));
    }

    function ofRelease(bytes32 entry, Payment calldata payment, uint256 paidBefore) internal pure returns (bytes32) {
        return keccak256(abi.encode(RELEASE, entry, payment, paidBefore));
    }

    function ofReleaseMany(bytes32 entry, Payment[] calldata payments, uint256 paidBefore)
        internal
        pure
        returns (bytes32)
    {
        bytes32[] memory hashes = new bytes32[](payments.length);
        for (uint256 i; i < payments.length; ++i) {
            hashes[i] = keccak256(abi.encode(PAYMENT, payments[i]));
        }
        return keccak256(abi.encode(RELEASE_MANY, entry, keccak256(abi.encodePacked(hashes)), paidBefore));
    }

    function ofReleasePool(bytes32 entry, Pool calldata pool, uint256 paidBefore) internal pure returns (bytes32) {
        return keccak256(abi.encode(RELEASE_POOL, entry, pool, paidBefore));
    }

    function ofClosingStatement(bytes32 entry, uint256 owedTotal) internal pure returns (bytes32) {
        return keccak256(abi.encode(CLOSING_STATEMENT, entry, owedTotal));
    }
}
