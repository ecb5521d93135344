// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title The part of a USDC-like token that our contracts call.
/// @notice EIP-3009 in the `bytes` form, which a contract wallet can sign too (EIP-1271).
interface IERC3009 is IERC20 {
    /// @notice Moves `value` from `from` to the caller, who must be `to`. So nobody else can spend the authorization first.
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external;

    /// @notice Whether `nonce` of `authorizer` was used or cancelled.
    function authorizationState(address authorizer, bytes32 nonce) external view returns (bool);
}
