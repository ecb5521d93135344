// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IDepositCollector} from "./interfaces/IDepositCollector.sol";
import {IERC3009} from "./interfaces/IERC3009.sol";

/// @title Deposits by EIP-3009 authorization
/// @notice Lets a payer fund a channel with one signature and no gas. The authorization's nonce is a hash over the channel, so whoever
///         relays it can put the money into that channel and nowhere else. Holds no tokens between calls.
contract AuthorizationCollector is IDepositCollector {
    using SafeERC20 for IERC20;

    /// The channel contract: the only caller, and where every token goes.
    address public immutable channel;

    error OnlyChannel();
    error ZeroChannel();

    constructor(address channel_) {
        if (channel_ == address(0)) revert ZeroChannel();
        channel = channel_;
    }

    /// @inheritdoc IDepositCollector
    /// @notice Callable by the channel contract, inside a deposit.
    /// @dev Reverts `OnlyChannel` for anybody else, and with the token's error for an authorization that is expired, used, not the payer's,
    ///      for another amount, or bound to another channel or salt.
    /// @param collectorData `abi.encode(uint256 validAfter, uint256 validBefore, uint256 salt, bytes signature)`; the authorization names
    ///        this collector as receiver and `keccak256(abi.encode(channelId, salt))` as nonce.
    function collect(address payer, address token, uint256 amount, bytes32 channelId, bytes calldata collectorData)
        external
    {
        if (msg.sender != channel) revert OnlyChannel();
        (uint256 validAfter, uint256 validBefore, uint256 salt, bytes memory signature) =
            abi.decode(collectorData, (uint256, uint256, uint256, bytes));
        bytes32 nonce = keccak256(abi.encode(channelId, salt));
        IERC3009(token)
            .receiveWithAuthorization(payer, address(this), amount, validAfter, validBefore, nonce, signature);
        IERC20(token).safeTransfer(channel, amount);
    }
}
