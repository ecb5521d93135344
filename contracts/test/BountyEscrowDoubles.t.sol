// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {TestUSD} from "../src/TestUSD.sol";

/// A contract wallet that signs with one key (EIP-1271).
contract Vault {
    address private immutable _key;

    constructor(address key) {
        _key = key;
    }

    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        (address recovered,,) = ECDSA.tryRecoverCalldata(digest, signature);
        return recovered == _key ? this.isValidSignature.selector : bytes4(0);
    }
}

/// A token that refuses some accounts, as USDC can.
contract Blocklist is TestUSD(msg.sender) {
    error Blocked(address account);

    mapping(address account => bool) private _blocked;

    function blockAccount(address account, bool blocked) external {
        _blocked[account] = blocked;
    }

    function _update(address from, address to, uint256 value) internal override {
        if (_blocked[to]) revert Blocked(to);
        super._update(from, to, value);
    }
}
