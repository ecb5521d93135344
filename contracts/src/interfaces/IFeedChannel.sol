// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title The wire of a feed channel
/// @notice Types, events and errors as x402 publishes them for its `batch-settlement` scheme on EVM chains: names, order and widths are
///         what unmodified x402 clients, servers and facilitators encode. Amounts are token base units.
interface IFeedChannel {
    /// Everything that makes a channel; its EIP-712 hash is the channel's id, so nothing of it can change.
    struct ChannelConfig {
        /// Who pays and who gets the rest back.
        address payer;
        /// Key that signs vouchers; zero: the payer signs itself, by key or as an ERC-1271 wallet.
        address payerAuthorizer;
        /// Who is paid.
        address receiver;
        /// Who decides for the receiver over claims and refunds, by call or by signature (key or ERC-1271).
        address receiverAuthorizer;
        address token;
        /// Seconds between the announcement of a withdrawal and its payment: the time the receiver has for its last claim.
        uint40 withdrawDelay;
        /// Tells channels of the same parties apart.
        bytes32 salt;
    }

    /// What the payer signs: at most this much, counted from the opening of the channel, may be claimed.
    struct Voucher {
        ChannelConfig channel;
        uint128 maxClaimableAmount;
    }

    /// A voucher, its signature, and how much of it the receiver says was used, counted from the opening of the channel.
    struct VoucherClaim {
        Voucher voucher;
        bytes signature;
        uint128 totalClaimed;
    }

    event ChannelCreated(bytes32 indexed channelId, ChannelConfig config);
    event ChannelClosed(bytes32 indexed channelId, ChannelConfig config);
    event Deposited(bytes32 indexed channelId, address indexed sender, uint128 amount, uint128 newBalance);
    event Claimed(bytes32 indexed channelId, address indexed sender, uint128 claimAmount, uint128 newTotalClaimed);
    event Settled(address indexed receiver, address indexed token, address indexed sender, uint128 amount);
    event Refunded(bytes32 indexed channelId, address indexed sender, uint128 amount);
    event WithdrawInitiated(bytes32 indexed channelId, uint128 amount, uint40 finalizeAfter);
    event WithdrawFinalized(bytes32 indexed channelId, address indexed sender, uint128 amount);

    error InvalidChannel();
    error WithdrawDelayOutOfRange();
    error ZeroDeposit();
    error InvalidCollector();
    error DepositOverflow();
    error DepositCollectionFailed();
    error EmptyBatch();
    error InvalidSignature();
    error NotAuthorizedToClaim();
    error NotReceiverAuthorizer();
    error ClaimExceedsCeiling();
    error ClaimExceedsBalance();
    error NothingToWithdraw();
    error WithdrawalAlreadyPending();
    error WithdrawAmountExceedsAvailable();
    error NotAuthorizedToFinalizeWithdraw();
    error WithdrawalNotPending();
    error WithdrawDelayNotElapsed();
    error NotAuthorizedToRefund();
    error InvalidRefundNonce();
    error ZeroRefund();
}
