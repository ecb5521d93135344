// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {IDepositCollector} from "./interfaces/IDepositCollector.sol";
import {IFeedChannel} from "./interfaces/IFeedChannel.sol";
import {ChannelTypes} from "./lib/ChannelTypes.sol";
import {Signatures} from "./lib/Signatures.sol";

/// @title FeedChannel
/// @notice Pays for thousands of feed reads with three transactions: the payer deposits once, signs a growing voucher per read off chain,
///         and the receiver claims the last one and is paid. Speaks x402's `batch-settlement` scheme (see {IFeedChannel}).
///         Per channel: claimed <= what the receiver says was used <= what the payer signed, and claimed <= deposited. What is not
///         claimed can go to the payer alone, what is claimed to the receiver alone. Nobody owns, upgrades or pauses anything.
/// @dev The code reads no constructor argument and no immutable: put at another address, it works there, with that address as its domain.
///      Tokens that take a fee on transfer are refused at deposit; tokens whose balances shrink by themselves must not be used.
contract FeedChannel is IFeedChannel, Multicall, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    struct ChannelState {
        /// Deposited, less withdrawn and refunded. Never below `totalClaimed`.
        uint128 balance;
        uint128 totalClaimed;
    }

    struct WithdrawalState {
        uint128 amount;
        /// Epoch seconds; zero when no withdrawal is pending.
        uint40 initiatedAt;
    }

    struct ReceiverState {
        uint128 totalClaimed;
        uint128 totalSettled;
    }

    uint40 public constant MIN_WITHDRAW_DELAY = 15 minutes;
    uint40 public constant MAX_WITHDRAW_DELAY = 30 days;

    bytes32 public constant CHANNEL_CONFIG_TYPEHASH = ChannelTypes.CHANNEL_CONFIG_TYPEHASH;
    bytes32 public constant VOUCHER_TYPEHASH = ChannelTypes.VOUCHER_TYPEHASH;
    bytes32 public constant REFUND_TYPEHASH = ChannelTypes.REFUND_TYPEHASH;
    bytes32 public constant CLAIM_ENTRY_TYPEHASH = ChannelTypes.CLAIM_ENTRY_TYPEHASH;
    bytes32 public constant CLAIM_BATCH_TYPEHASH = ChannelTypes.CLAIM_BATCH_TYPEHASH;

    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    string private constant DOMAIN_NAME = "x402 Batch Settlement";
    string private constant DOMAIN_VERSION = "1";

    mapping(bytes32 channelId => ChannelState) public channels;
    mapping(bytes32 channelId => WithdrawalState) public pendingWithdrawals;
    /// The number the next signed refund of a channel has to carry.
    mapping(bytes32 channelId => uint256) public refundNonce;
    mapping(address receiver => mapping(address token => ReceiverState)) public receivers;

    /// @notice Puts exactly `amount` more into the channel, opening it if it is new.
    ///         Anyone may call, at any time: the collector decides what the payer authorized.
    /// @dev Reverts `InvalidChannel` for a config without payer, receiver, receiver authorizer or token, `WithdrawDelayOutOfRange`,
    ///      `ZeroDeposit`, `InvalidCollector`, `DepositOverflow`, with the collector's or token's error, or `DepositCollectionFailed`
    ///      when not exactly `amount` arrived. Repeating an authorization reverts in the token: nothing is deposited twice.
    /// @param collectorData Passed to the collector as it is.
    function deposit(ChannelConfig calldata config, uint128 amount, address collector, bytes calldata collectorData)
        external
        nonReentrant
    {
        _requireUsable(config);
        if (amount == 0) revert ZeroDeposit();
        if (collector == address(0)) revert InvalidCollector();
        bytes32 id = getChannelId(config);
        ChannelState storage channel = channels[id];
        uint128 before = channel.balance;
        if (amount > type(uint128).max - before) revert DepositOverflow();

        _collect(config, amount, collector, id, collectorData);
        // The collector ran foreign code. Only claims could slip in, and they leave `balance` alone.
        channel.balance = before + amount;

        if (before == 0) emit ChannelCreated(id, config);
        emit Deposited(id, msg.sender, amount, before + amount);
    }

    /// @notice Books what was used of vouchers, many channels at once. No token moves; see {settle}.
    ///         The receiver or receiver authorizer of every row may call, at any time, a pending withdrawal included.
    /// @dev Reverts `EmptyBatch`, `NotAuthorizedToClaim`, `ClaimExceedsCeiling`, `ClaimExceedsBalance` or `InvalidSignature`, then with
    ///      nothing booked. A row that claims no more than was claimed before is skipped, so a replay changes nothing.
    function claim(VoucherClaim[] calldata voucherClaims) external {
        if (voucherClaims.length == 0) revert EmptyBatch();
        bytes32 domain = _domainSeparator();
        for (uint256 i = 0; i < voucherClaims.length; ++i) {
            ChannelConfig calldata config = voucherClaims[i].voucher.channel;
            if (!_isReceiverSide(config)) revert NotAuthorizedToClaim();
            _claim(domain, ChannelTypes.channelId(domain, config), voucherClaims[i]);
        }
    }

    /// @notice {claim}, for which the receiver authorizer of all rows signed the batch. Anyone may call, at any time.
    /// @dev Reverts like {claim}, and `InvalidSignature` or `NotReceiverAuthorizer` when the first row's receiver authorizer did not
    ///      sign, or is not that of every row.
    /// @param authorizerSignature Over {getClaimBatchDigest}.
    function claimWithSignature(VoucherClaim[] calldata voucherClaims, bytes calldata authorizerSignature) external {
        if (voucherClaims.length == 0) revert EmptyBatch();
        bytes32 domain = _domainSeparator();
        bytes32[] memory ids = _channelIds(domain, voucherClaims);
        address authorizer = voucherClaims[0].voucher.channel.receiverAuthorizer;
        bytes32 digest = ChannelTypes.claimBatchDigest(domain, voucherClaims, ids);
        if (!Signatures.isSignedBy(authorizer, digest, authorizerSignature)) revert InvalidSignature();
        for (uint256 i = 0; i < voucherClaims.length; ++i) {
            if (voucherClaims[i].voucher.channel.receiverAuthorizer != authorizer) revert NotReceiverAuthorizer();
            _claim(domain, ids[i], voucherClaims[i]);
        }
    }

    /// @notice Pays the receiver all that was claimed for it in this token and not paid yet. Anyone may call, at any time; with nothing
    ///         to pay it does nothing.
    /// @dev Reverts only with the token's error, and then nothing counts as settled.
    function settle(address receiver, address token) external nonReentrant {
        ReceiverState storage state = receivers[receiver][token];
        uint128 claimed = state.totalClaimed;
        uint128 amount = claimed - state.totalSettled;
        if (amount == 0) return;
        state.totalSettled = claimed;
        IERC20(token).safeTransfer(receiver, amount);
        emit Settled(receiver, token, msg.sender, amount);
    }

    /// @notice Announces that the payer takes `amount` back after the channel's delay. Payer or payer authorizer, at any time.
    ///         Signed vouchers reserve nothing: the receiver has the delay to claim them.
    /// @dev Reverts `InvalidChannel` for any other caller, `NothingToWithdraw` for zero, `WithdrawalAlreadyPending`, or
    ///      `WithdrawAmountExceedsAvailable` when `amount` is more than what is not claimed.
    function initiateWithdraw(ChannelConfig calldata config, uint128 amount) external {
        if (!_isPayerSide(config)) revert InvalidChannel();
        if (amount == 0) revert NothingToWithdraw();
        bytes32 id = getChannelId(config);
        WithdrawalState storage withdrawal = pendingWithdrawals[id];
        if (withdrawal.initiatedAt != 0) revert WithdrawalAlreadyPending();
        if (amount > _unclaimed(id)) revert WithdrawAmountExceedsAvailable();

        uint40 current = uint40(block.timestamp);
        withdrawal.amount = amount;
        withdrawal.initiatedAt = current;
        emit WithdrawInitiated(id, amount, current + config.withdrawDelay);
    }

    /// @notice Pays the announced withdrawal to the payer, at most what is not claimed by now. Payer or payer authorizer, once the
    ///         channel's delay has passed.
    /// @dev Reverts `NotAuthorizedToFinalizeWithdraw` for any other caller, `WithdrawalNotPending`, `WithdrawDelayNotElapsed`, or with
    ///      the token's error.
    function finalizeWithdraw(ChannelConfig calldata config) external nonReentrant {
        if (!_isPayerSide(config)) revert NotAuthorizedToFinalizeWithdraw();
        bytes32 id = getChannelId(config);
        WithdrawalState memory withdrawal = pendingWithdrawals[id];
        if (withdrawal.initiatedAt == 0) revert WithdrawalNotPending();
        if (block.timestamp < uint256(withdrawal.initiatedAt) + config.withdrawDelay) revert WithdrawDelayNotElapsed();

        delete pendingWithdrawals[id];
        uint128 amount = _min(withdrawal.amount, _unclaimed(id));
        emit WithdrawFinalized(id, msg.sender, amount);
        _payBack(id, config, amount);
    }

    /// @notice Gives unclaimed money back to the payer at once, `amount` or what there is. Receiver or receiver authorizer, at any time.
    ///         Takes the same off a pending withdrawal, and makes refunds signed for the current nonce void.
    /// @dev Reverts `NotAuthorizedToRefund` for any other caller, `ZeroRefund` for zero, or with the token's error.
    function refund(ChannelConfig calldata config, uint128 amount) external nonReentrant {
        if (!_isReceiverSide(config)) revert NotAuthorizedToRefund();
        _refund(getChannelId(config), config, amount);
    }

    /// @notice {refund}, signed by the receiver authorizer. Anyone may call, at any time, once per nonce.
    /// @dev Reverts `InvalidRefundNonce` unless `nonce` is {refundNonce}, `InvalidSignature`, or like {refund}.
    /// @param receiverAuthorizerSignature Over {getRefundDigest}.
    function refundWithSignature(
        ChannelConfig calldata config,
        uint128 amount,
        uint256 nonce,
        bytes calldata receiverAuthorizerSignature
    ) external nonReentrant {
        bytes32 id = getChannelId(config);
        if (nonce != refundNonce[id]) revert InvalidRefundNonce();
        bytes32 digest = getRefundDigest(id, nonce, amount);
        if (!Signatures.isSignedBy(config.receiverAuthorizer, digest, receiverAuthorizerSignature)) {
            revert InvalidSignature();
        }
        _refund(id, config, amount);
    }

    /// @notice The channel's id: the EIP-712 digest of its config.
    function getChannelId(ChannelConfig calldata config) public view returns (bytes32) {
        return ChannelTypes.channelId(_domainSeparator(), config);
    }

    /// @notice What the payer side signs to let `maxClaimableAmount` in all be claimed.
    function getVoucherDigest(bytes32 channelId, uint128 maxClaimableAmount) external view returns (bytes32) {
        return ChannelTypes.voucherDigest(_domainSeparator(), channelId, maxClaimableAmount);
    }

    /// @notice What the receiver authorizer signs for {refundWithSignature}.
    function getRefundDigest(bytes32 channelId, uint256 nonce, uint128 amount) public view returns (bytes32) {
        return ChannelTypes.refundDigest(_domainSeparator(), channelId, nonce, amount);
    }

    /// @notice What the receiver authorizer signs for {claimWithSignature}; vouchers' signatures are not part of it.
    function getClaimBatchDigest(VoucherClaim[] calldata voucherClaims) external view returns (bytes32) {
        bytes32 domain = _domainSeparator();
        return ChannelTypes.claimBatchDigest(domain, voucherClaims, _channelIds(domain, voucherClaims));
    }

    /// @notice The EIP-712 domain, as ERC-5267 asks for it.
    function eip712Domain()
        external
        view
        returns (
            bytes1 fields,
            string memory name,
            string memory version,
            uint256 chainId,
            address verifyingContract,
            bytes32 salt,
            uint256[] memory extensions
        )
    {
        return (hex"0f", DOMAIN_NAME, DOMAIN_VERSION, block.chainid, address(this), bytes32(0), new uint256[](0));
    }

    function _collect(
        ChannelConfig calldata config,
        uint128 amount,
        address collector,
        bytes32 id,
        bytes calldata collectorData
    ) private {
        IERC20 token = IERC20(config.token);
        uint256 before = token.balanceOf(address(this));
        IDepositCollector(collector).collect(config.payer, config.token, amount, id, collectorData);
        if (token.balanceOf(address(this)) != before + amount) revert DepositCollectionFailed();
    }

    function _claim(bytes32 domain, bytes32 id, VoucherClaim calldata row) private {
        ChannelState storage channel = channels[id];
        uint128 total = row.totalClaimed;
        uint128 before = channel.totalClaimed;
        if (total <= before) return;
        if (total > row.voucher.maxClaimableAmount) revert ClaimExceedsCeiling();
        if (total > channel.balance) revert ClaimExceedsBalance();
        _requireSignedByPayer(domain, id, row);

        channel.totalClaimed = total;
        receivers[row.voucher.channel.receiver][row.voucher.channel.token].totalClaimed += total - before;
        emit Claimed(id, msg.sender, total - before, total);
    }

    function _refund(bytes32 id, ChannelConfig calldata config, uint128 requested) private {
        if (requested == 0) revert ZeroRefund();
        ++refundNonce[id];
        uint128 amount = _min(requested, _unclaimed(id));
        if (amount == 0) return;

        WithdrawalState memory withdrawal = pendingWithdrawals[id];
        if (withdrawal.amount > amount) pendingWithdrawals[id].amount = withdrawal.amount - amount;
        else if (withdrawal.initiatedAt != 0) delete pendingWithdrawals[id];
        emit Refunded(id, msg.sender, amount);
        _payBack(id, config, amount);
    }

    /// Takes `amount`, which is unclaimed, out of the channel and sends it to the payer.
    function _payBack(bytes32 id, ChannelConfig calldata config, uint128 amount) private {
        uint128 left = channels[id].balance - amount;
        channels[id].balance = left;
        // Nothing left implies nothing was ever claimed.
        if (left == 0) emit ChannelClosed(id, config);
        if (amount != 0) IERC20(config.token).safeTransfer(config.payer, amount);
    }

    function _requireSignedByPayer(bytes32 domain, bytes32 id, VoucherClaim calldata row) private view {
        ChannelConfig calldata config = row.voucher.channel;
        bytes32 digest = ChannelTypes.voucherDigest(domain, id, row.voucher.maxClaimableAmount);
        address authorizer = config.payerAuthorizer;
        if (authorizer == address(0)) {
            if (!Signatures.isSignedBy(config.payer, digest, row.signature)) revert InvalidSignature();
        } else {
            (address signer,,) = ECDSA.tryRecoverCalldata(digest, row.signature);
            if (signer != authorizer) revert InvalidSignature();
        }
    }

    function _requireUsable(ChannelConfig calldata config) private pure {
        if (
            config.payer == address(0) || config.receiver == address(0) || config.receiverAuthorizer == address(0)
                || config.token == address(0)
        ) revert InvalidChannel();
        if (config.withdrawDelay < MIN_WITHDRAW_DELAY || config.withdrawDelay > MAX_WITHDRAW_DELAY) {
            revert WithdrawDelayOutOfRange();
        }
    }

    function _channelIds(bytes32 domain, VoucherClaim[] calldata rows) private pure returns (bytes32[] memory ids) {
        ids = new bytes32[](rows.length);
        for (uint256 i = 0; i < rows.length; ++i) {
            ids[i] = ChannelTypes.channelId(domain, rows[i].voucher.channel);
        }
    }

    function _unclaimed(bytes32 id) private view returns (uint128) {
        ChannelState memory channel = channels[id];
        return channel.balance - channel.totalClaimed;
    }

    function _isReceiverSide(ChannelConfig calldata config) private view returns (bool) {
        return msg.sender == config.receiver || msg.sender == config.receiverAuthorizer;
    }

    function _isPayerSide(ChannelConfig calldata config) private view returns (bool) {
        return msg.sender == config.payer || msg.sender == config.payerAuthorizer;
    }

    /// Computed, not stored: that is what lets the code be put at another address.
    function _domainSeparator() private view returns (bytes32) {
        return keccak256(
            abi.encode(
                DOMAIN_TYPEHASH,
                keccak256(bytes(DOMAIN_NAME)),
                keccak256(bytes(DOMAIN_VERSION)),
                block.chainid,
                address(this)
            )
        );
    }

    function _min(uint128 a, uint128 b) private pure returns (uint128) {
        return a < b ? a : b;
    }
}
