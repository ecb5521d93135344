// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Brings a deposit's tokens to the channel contract
/// @notice The channel contract credits only what arrived, so a collector is trusted by nobody but the payer whose authorization it uses.
interface IDepositCollector {
    /// @param payer Whose tokens to fetch.
    /// @param amount Exactly this much must be the channel contract's when the call returns.
    /// @param channelId What the payer's authorization has to be bound to.
    /// @param collectorData What the collector needs to fetch them, in its own encoding.
    function collect(address payer, address token, uint256 amount, bytes32 channelId, bytes calldata collectorData)
        external;
}
