// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AuthorizationCollector} from "../src/AuthorizationCollector.sol";
import {TestUSD} from "../src/TestUSD.sol";
import {IDepositCollector} from "../src/interfaces/IDepositCollector.sol";
import {Signatures} from "../src/lib/Signatures.sol";
import {FeedChannelBase} from "./FeedChannelBase.t.sol";
import {Vm, vm} from "./Vm.sol";

/// Delivers what it holds, less or more than it was asked for.
contract ShiftyCollector is IDepositCollector {
    TestUSD private immutable usd;
    int256 private immutable error_;

    constructor(TestUSD usd_, int256 error__) {
        (usd, error_) = (usd_, error__);
    }

    function collect(address, address, uint256 amount, bytes32, bytes calldata) external {
        usd.transfer(msg.sender, uint256(int256(amount) + error_));
    }
}

/// Calls back into the channel contract with what it was given, then delivers.
contract ReentrantCollector is IDepositCollector {
    TestUSD private immutable usd;

    constructor(TestUSD usd_) {
        usd = usd_;
    }

    function collect(address, address, uint256 amount, bytes32, bytes calldata data) external {
        (bool succeeded, bytes memory answer) = msg.sender.call(data);
        if (!succeeded) {
            assembly ("memory-safe") {
                revert(add(answer, 32), mload(answer))
            }
        }
        usd.transfer(msg.sender, amount);
    }
}

/// A wallet of ERC-1271: whatever its key signs counts as its own.
contract Wallet {
    address private immutable key;

    constructor(address key_) {
        key = key_;
    }

    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        return Signatures.isSignedBy(key, digest, signature) ? this.isValidSignature.selector : bytes4(0);
    }
}

contract FeedChannelDepositTest is FeedChannelBase {
    uint128 private constant AMOUNT = 10e6;

    function test_a_deposit_opens_the_channel_and_moves_exactly_the_amount() public {
        bytes32 id = feed.getChannelId(theConfig());
        bytes memory auth = authorization(theConfig(), AMOUNT, 1);
        vm.expectEmit(CANONICAL);
        emit ChannelCreated(id, theConfig());
        vm.expectEmit(CANONICAL);
        emit Deposited(id, STRANGER, AMOUNT, AMOUNT);
        vm.prank(STRANGER);
        feed.deposit(theConfig(), AMOUNT, address(collector), auth);
        assertChannel(theConfig(), AMOUNT, 0);
        assertEq(usd.balanceOf(CANONICAL), AMOUNT, "held");
        assertEq(usd.balanceOf(address(collector)), 0, "left with the collector");
        assertEq(usd.balanceOf(payer), 1_000_000e6 - AMOUNT, "left with the payer");
    }

    function test_a_second_deposit_adds_without_opening_again() public {
        deposit(theConfig(), AMOUNT, 1);
        vm.recordLogs();
        deposit(theConfig(), AMOUNT, 2);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            assertTrue(logs[i].topics[0] != ChannelCreated.selector, "not opened again");
        }
        assertChannel(theConfig(), 2 * AMOUNT, 0);
    }

    function test_the_same_authorization_never_deposits_twice() public {
        bytes memory auth = authorization(theConfig(), AMOUNT, 1);
        feed.deposit(theConfig(), AMOUNT, address(collector), auth);
        vm.expectPartialRevert(TestUSD.AuthorizationAlreadyUsed.selector);
        feed.deposit(theConfig(), AMOUNT, address(collector), auth);
    }

    /// Whoever relays an authorization cannot put the money into a channel of its own.
    function test_an_authorization_is_bound_to_its_channel_amount_and_salt() public {
        bytes memory auth = authorization(theConfig(), AMOUNT, 1);
        ChannelConfig memory other = theConfig();
        other.receiver = STRANGER;
        vm.expectPartialRevert(Signatures.InvalidSignature.selector);
        feed.deposit(other, AMOUNT, address(collector), auth);
        vm.expectPartialRevert(Signatures.InvalidSignature.selector);
        feed.deposit(theConfig(), AMOUNT - 1, address(collector), auth);
        (uint256 validAfter, uint256 validBefore,, bytes memory signature) =
            abi.decode(auth, (uint256, uint256, uint256, bytes));
        auth = abi.encode(validAfter, validBefore, uint256(2), signature);
        vm.expectPartialRevert(Signatures.InvalidSignature.selector);
        feed.deposit(theConfig(), AMOUNT, address(collector), auth);
    }

    function test_an_expired_authorization_is_refused() public {
        bytes memory auth = authorization(theConfig(), AMOUNT, 1);
        vm.warp(vm.getBlockTimestamp() + 1 hours);
        vm.expectPartialRevert(TestUSD.AuthorizationExpired.selector);
        feed.deposit(theConfig(), AMOUNT, address(collector), auth);
    }

    function test_only_the_channel_contract_calls_the_collector() public {
        bytes memory auth = authorization(theConfig(), AMOUNT, 1);
        bytes32 id = feed.getChannelId(theConfig());
        vm.expectRevert(AuthorizationCollector.OnlyChannel.selector);
        collector.collect(payer, address(usd), AMOUNT, id, auth);
        vm.expectRevert(AuthorizationCollector.ZeroChannel.selector);
        new AuthorizationCollector(address(0));
    }

    function refused(ChannelConfig memory config, uint128 amount, bytes4 reason) private {
        vm.expectRevert(reason);
        feed.deposit(config, amount, address(collector), "");
    }

    function test_what_cannot_be_a_channel_is_refused() public {
        ChannelConfig memory config = theConfig();
        config.payer = address(0);
        refused(config, 1, InvalidChannel.selector);
        config = theConfig();
        config.receiver = address(0);
        refused(config, 1, InvalidChannel.selector);
        config = theConfig();
        config.receiverAuthorizer = address(0);
        refused(config, 1, InvalidChannel.selector);
        config = theConfig();
        config.token = address(0);
        refused(config, 1, InvalidChannel.selector);
        config = theConfig();
        config.withdrawDelay = 15 minutes - 1;
        refused(config, 1, WithdrawDelayOutOfRange.selector);
        config.withdrawDelay = 30 days + 1;
        refused(config, 1, WithdrawDelayOutOfRange.selector);
        refused(theConfig(), 0, ZeroDeposit.selector);
        vm.expectRevert(InvalidCollector.selector);
        feed.deposit(theConfig(), 1, address(0), "");
    }

    function test_both_ends_of_the_delay_are_taken() public {
        ChannelConfig memory config = theConfig();
        config.withdrawDelay = 15 minutes;
        deposit(config, AMOUNT, 1);
        config.withdrawDelay = 30 days;
        deposit(config, AMOUNT, 1);
    }

    function test_a_collector_that_delivers_less_or_more_is_refused() public {
        for (int256 error_ = -1; error_ <= 1; error_ += 2) {
            ShiftyCollector shifty = new ShiftyCollector(usd, error_);
            usd.mint(address(shifty), AMOUNT + 1);
            vm.expectRevert(DepositCollectionFailed.selector);
            feed.deposit(theConfig(), AMOUNT, address(shifty), "");
        }
    }

    function test_more_than_a_channel_can_count_is_refused() public {
        deposit(theConfig(), AMOUNT, 1);
        refused(theConfig(), type(uint128).max - AMOUNT + 1, DepositOverflow.selector);
    }

    /// One delivery must not be counted by two deposits, nor a payout hide in one.
    function test_a_collector_cannot_come_back_to_move_tokens() public {
        deposit(theConfig(), AMOUNT, 1);
        claim(row(theConfig(), AMOUNT, AMOUNT / 2));
        ReentrantCollector reentrant = new ReentrantCollector(usd);
        usd.mint(address(reentrant), AMOUNT);
        bytes[] memory calls = new bytes[](3);
        calls[0] = abi.encodeCall(feed.deposit, (theConfig(), 1, address(collector), ""));
        calls[1] = abi.encodeCall(feed.settle, (RECEIVER, address(usd)));
        calls[2] = abi.encodeCall(feed.refundWithSignature, (theConfig(), 1, 0, refundSignature(theConfig(), 0, 1)));
        for (uint256 i = 0; i < calls.length; ++i) {
            vm.expectRevert(bytes4(keccak256("ReentrancyGuardReentrantCall()")));
            feed.deposit(theConfig(), AMOUNT, address(reentrant), calls[i]);
        }
    }

    function test_a_claim_from_inside_a_deposit_changes_neither() public {
        deposit(theConfig(), AMOUNT, 1);
        ReentrantCollector reentrant = new ReentrantCollector(usd);
        usd.mint(address(reentrant), AMOUNT);
        VoucherClaim[] memory list = rows(row(theConfig(), AMOUNT, AMOUNT / 2));
        bytes memory inner = abi.encodeCall(feed.claimWithSignature, (list, batchSignature(list)));
        feed.deposit(theConfig(), AMOUNT, address(reentrant), inner);
        assertChannel(theConfig(), 2 * AMOUNT, AMOUNT / 2);
    }
}

contract FeedChannelClaimTest is FeedChannelBase {
    uint128 private constant AMOUNT = 10e6;

    function setUp() public override {
        super.setUp();
        deposit(theConfig(), AMOUNT, 1);
    }

    function refused(VoucherClaim memory only, bytes4 reason) private {
        VoucherClaim[] memory list = rows(only);
        vm.expectRevert(reason);
        vm.prank(RECEIVER);
        feed.claim(list);
    }

    function test_a_claim_books_what_was_used_and_moves_nothing() public {
        VoucherClaim[] memory list = rows(row(theConfig(), 5e6, 3e6));
        vm.expectEmit(CANONICAL);
        emit Claimed(feed.getChannelId(theConfig()), receiverAuthorizer, 3e6, 3e6);
        vm.prank(receiverAuthorizer);
        feed.claim(list);
        assertChannel(theConfig(), AMOUNT, 3e6);
        (uint128 claimed, uint128 settled) = feed.receivers(RECEIVER, address(usd));
        assertEq(claimed, 3e6, "claimed of the receiver");
        assertEq(settled, 0, "settled of the receiver");
        assertEq(usd.balanceOf(RECEIVER), 0, "paid");
    }

    function test_the_same_voucher_claims_up_to_its_ceiling_and_no_more() public {
        claim(row(theConfig(), 5e6, 3e6));
        claim(row(theConfig(), 5e6, 5e6));
        refused(row(theConfig(), 5e6, 5e6 + 1), ClaimExceedsCeiling.selector);
        assertChannel(theConfig(), AMOUNT, 5e6);
    }

    function test_replayed_and_older_rows_change_nothing() public {
        claim(row(theConfig(), 5e6, 5e6));
        claim(row(theConfig(), 5e6, 5e6));
        claim(row(theConfig(), 2e6, 2e6));
        VoucherClaim memory same = row(theConfig(), 7e6, 7e6);
        VoucherClaim[] memory twice = rows(same, same);
        vm.prank(RECEIVER);
        feed.claim(twice);
        assertChannel(theConfig(), AMOUNT, 7e6);
        (uint128 claimed,) = feed.receivers(RECEIVER, address(usd));
        assertEq(claimed, 7e6, "claimed of the receiver");
    }

    function test_no_more_than_the_deposit_can_be_claimed() public {
        refused(row(theConfig(), AMOUNT + 1, AMOUNT + 1), ClaimExceedsBalance.selector);
        claim(row(theConfig(), AMOUNT + 1, AMOUNT));
    }

    function test_only_the_receiver_side_claims() public {
        VoucherClaim[] memory list = rows(row(theConfig(), 5e6, 3e6));
        vm.expectRevert(NotAuthorizedToClaim.selector);
        vm.prank(payer);
        feed.claim(list);
        vm.expectRevert(EmptyBatch.selector);
        feed.claim(new VoucherClaim[](0));
    }

    function test_a_row_of_another_receiver_undoes_the_batch() public {
        ChannelConfig memory other = theConfig();
        (other.receiver, other.receiverAuthorizer) = (STRANGER, STRANGER);
        deposit(other, AMOUNT, 1);
        VoucherClaim[] memory list = rows(row(theConfig(), 5e6, 3e6), row(other, 5e6, 3e6));
        vm.expectRevert(NotAuthorizedToClaim.selector);
        vm.prank(RECEIVER);
        feed.claim(list);
        assertChannel(theConfig(), AMOUNT, 0);
    }

    function test_vouchers_of_other_keys_ceilings_channels_and_chains_are_refused() public {
        VoucherClaim memory mine = row(theConfig(), 5e6, 3e6);
        refused(rowBy(PAYER_KEY, theConfig(), 5e6, 3e6), InvalidSignature.selector);
        mine.voucher.maxClaimableAmount = 6e6;
        refused(mine, InvalidSignature.selector);
        mine = row(configOf(bytes32(uint256(1))), 5e6, 3e6);
        mine.voucher.channel = theConfig();
        refused(mine, InvalidSignature.selector);
        mine = row(theConfig(), 5e6, 3e6);
        vm.chainId(8453);
        // Another chain, another id: that channel has no deposit.
        refused(mine, ClaimExceedsBalance.selector);
    }

    function test_malleable_short_and_compact_signatures_are_refused() public {
        VoucherClaim memory mine = row(theConfig(), 5e6, 3e6);
        (bytes32 r, bytes32 s, uint8 v) = split(mine.signature);
        bytes32 highS = bytes32(0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141 - uint256(s));
        mine.signature = abi.encodePacked(r, highS, v == 27 ? uint8(28) : uint8(27));
        refused(mine, InvalidSignature.selector);
        mine.signature = abi.encodePacked(r, s);
        refused(mine, InvalidSignature.selector);
        mine.signature = "";
        refused(mine, InvalidSignature.selector);
    }

    function split(bytes memory signature) private pure returns (bytes32 r, bytes32 s, uint8 v) {
        assembly ("memory-safe") {
            r := mload(add(signature, 32))
            s := mload(add(signature, 64))
            v := byte(0, mload(add(signature, 96)))
        }
    }

    function test_without_a_payer_authorizer_the_payer_signs() public {
        ChannelConfig memory config = theConfig();
        config.payerAuthorizer = address(0);
        deposit(config, AMOUNT, 1);
        refused(rowBy(PAYER_AUTHORIZER_KEY, config, 5e6, 3e6), InvalidSignature.selector);
        claim(rowBy(PAYER_KEY, config, 5e6, 3e6));
        assertChannel(config, AMOUNT, 3e6);
    }

    function test_a_wallet_signs_as_payer_and_as_receiver_authorizer() public {
        ChannelConfig memory config = theConfig();
        Wallet wallet = new Wallet(payer);
        usd.mint(address(wallet), AMOUNT);
        config.payer = address(wallet);
        config.payerAuthorizer = address(0);
        config.receiverAuthorizer = address(new Wallet(receiverAuthorizer));
        ShiftyCollector exact = new ShiftyCollector(usd, 0);
        usd.mint(address(exact), AMOUNT);
        feed.deposit(config, AMOUNT, address(exact), "");
        VoucherClaim[] memory list = rows(rowBy(PAYER_KEY, config, 5e6, 3e6));
        feed.claimWithSignature(list, batchSignature(list));
        assertChannel(config, AMOUNT, 3e6);
    }

    function test_anyone_relays_what_the_receiver_authorizer_signed() public {
        deposit(configOf(bytes32(uint256(1))), AMOUNT, 1);
        VoucherClaim[] memory list = rows(row(theConfig(), 5e6, 3e6), row(configOf(bytes32(uint256(1))), 5e6, 4e6));
        bytes memory signature = batchSignature(list);
        vm.prank(STRANGER);
        feed.claimWithSignature(list, signature);
        (uint128 claimed,) = feed.receivers(RECEIVER, address(usd));
        assertEq(claimed, 7e6, "claimed of the receiver");
    }

    function test_a_batch_signature_covers_every_row() public {
        VoucherClaim[] memory list = rows(row(theConfig(), 5e6, 3e6));
        bytes memory signature = batchSignature(list);
        list[0].totalClaimed = 4e6;
        vm.expectRevert(InvalidSignature.selector);
        feed.claimWithSignature(list, signature);
        list[0].totalClaimed = 3e6;
        signature = signed(PAYER_KEY, feed.getClaimBatchDigest(list));
        vm.expectRevert(InvalidSignature.selector);
        feed.claimWithSignature(list, signature);
        vm.expectRevert(EmptyBatch.selector);
        feed.claimWithSignature(new VoucherClaim[](0), signature);
    }

    function test_a_batch_has_one_receiver_authorizer() public {
        ChannelConfig memory other = theConfig();
        other.receiverAuthorizer = STRANGER;
        deposit(other, AMOUNT, 1);
        VoucherClaim[] memory list = rows(row(theConfig(), 5e6, 3e6), row(other, 5e6, 3e6));
        bytes memory signature = batchSignature(list);
        vm.expectRevert(NotReceiverAuthorizer.selector);
        feed.claimWithSignature(list, signature);
    }

    function test_settle_pays_once_what_was_claimed_to_the_receiver_alone() public {
        claim(row(theConfig(), 5e6, 3e6));
        vm.expectEmit(CANONICAL);
        emit Settled(RECEIVER, address(usd), STRANGER, 3e6);
        vm.prank(STRANGER);
        feed.settle(RECEIVER, address(usd));
        feed.settle(RECEIVER, address(usd));
        assertEq(usd.balanceOf(RECEIVER), 3e6, "paid");
        claim(row(theConfig(), 5e6, 5e6));
        feed.settle(RECEIVER, address(usd));
        assertEq(usd.balanceOf(RECEIVER), 5e6, "paid in all");
        assertEq(usd.balanceOf(CANONICAL), AMOUNT - 5e6, "held");
    }
}

contract FeedChannelReturnTest is FeedChannelBase {
    uint128 private constant AMOUNT = 10e6;
    uint256 private held;

    function setUp() public override {
        super.setUp();
        deposit(theConfig(), AMOUNT, 1);
        held = usd.balanceOf(payer);
    }

    function initiate(uint128 amount) private {
        vm.prank(payer);
        feed.initiateWithdraw(theConfig(), amount);
    }

    function finalize() private {
        vm.prank(payer);
        feed.finalizeWithdraw(theConfig());
    }

    function assertReturned(uint256 amount) private view {
        assertEq(usd.balanceOf(payer) - held, amount, "returned to the payer");
    }

    function assertPending(uint256 amount, bool pending) private view {
        (uint128 actual, uint40 since) = feed.pendingWithdrawals(feed.getChannelId(theConfig()));
        assertEq(actual, amount, "pending amount");
        assertTrue((since != 0) == pending, "pending");
    }

    function test_a_withdrawal_waits_for_the_whole_delay() public {
        uint40 until = uint40(vm.getBlockTimestamp()) + DELAY;
        vm.expectEmit(CANONICAL);
        emit WithdrawInitiated(feed.getChannelId(theConfig()), AMOUNT, until);
        initiate(AMOUNT);
        vm.warp(until - 1);
        vm.expectRevert(WithdrawDelayNotElapsed.selector);
        finalize();
        vm.warp(until);
        vm.expectEmit(CANONICAL);
        emit ChannelClosed(feed.getChannelId(theConfig()), theConfig());
        vm.prank(payerAuthorizer);
        feed.finalizeWithdraw(theConfig());
        assertReturned(AMOUNT);
        assertPending(0, false);
        assertChannel(theConfig(), 0, 0);
        vm.expectRevert(WithdrawalNotPending.selector);
        finalize();
    }

    function test_a_claim_inside_the_delay_still_counts() public {
        initiate(AMOUNT);
        vm.warp(vm.getBlockTimestamp() + DELAY - 1);
        claim(row(theConfig(), 8e6, 7e6));
        vm.warp(vm.getBlockTimestamp() + 1);
        finalize();
        feed.settle(RECEIVER, address(usd));
        assertReturned(3e6);
        assertEq(usd.balanceOf(RECEIVER), 7e6, "paid to the receiver");
        assertChannel(theConfig(), 7e6, 7e6);
    }

    function test_what_was_withdrawn_can_no_longer_be_claimed() public {
        initiate(4e6);
        vm.warp(vm.getBlockTimestamp() + DELAY);
        finalize();
        VoucherClaim[] memory list = rows(row(theConfig(), AMOUNT, 6e6 + 1));
        vm.expectRevert(ClaimExceedsBalance.selector);
        vm.prank(RECEIVER);
        feed.claim(list);
        claim(row(theConfig(), AMOUNT, 6e6));
    }

    function test_a_withdrawal_after_everything_was_claimed_ends_with_nothing() public {
        initiate(AMOUNT);
        claim(row(theConfig(), AMOUNT, AMOUNT));
        vm.warp(vm.getBlockTimestamp() + DELAY);
        finalize();
        assertReturned(0);
        assertPending(0, false);
    }

    function test_withdrawals_that_are_refused() public {
        vm.expectRevert(NothingToWithdraw.selector);
        initiate(0);
        claim(row(theConfig(), 5e6, 3e6));
        vm.expectRevert(WithdrawAmountExceedsAvailable.selector);
        initiate(7e6 + 1);
        vm.expectRevert(InvalidChannel.selector);
        vm.prank(RECEIVER);
        feed.initiateWithdraw(theConfig(), 1);
        vm.expectRevert(WithdrawalNotPending.selector);
        finalize();
        initiate(7e6);
        vm.expectRevert(WithdrawalAlreadyPending.selector);
        initiate(1);
        vm.expectRevert(NotAuthorizedToFinalizeWithdraw.selector);
        vm.prank(RECEIVER);
        feed.finalizeWithdraw(theConfig());
    }

    function test_a_refund_returns_at_once_what_is_not_claimed() public {
        claim(row(theConfig(), 5e6, 3e6));
        vm.expectEmit(CANONICAL);
        emit Refunded(feed.getChannelId(theConfig()), RECEIVER, 7e6);
        vm.prank(RECEIVER);
        feed.refund(theConfig(), type(uint128).max);
        assertReturned(7e6);
        assertChannel(theConfig(), 3e6, 3e6);
        assertEq(feed.refundNonce(feed.getChannelId(theConfig())), 1, "nonce");
    }

    function test_a_refund_with_nothing_left_counts_and_pays_nothing() public {
        claim(row(theConfig(), AMOUNT, AMOUNT));
        vm.prank(receiverAuthorizer);
        feed.refund(theConfig(), 1);
        assertReturned(0);
        assertEq(feed.refundNonce(feed.getChannelId(theConfig())), 1, "nonce");
    }

    function test_a_refund_comes_off_a_pending_withdrawal() public {
        initiate(6e6);
        vm.prank(RECEIVER);
        feed.refund(theConfig(), 2e6);
        assertPending(4e6, true);
        vm.prank(RECEIVER);
        feed.refund(theConfig(), 4e6);
        assertPending(0, false);
        assertReturned(6e6);
    }

    function test_refunds_that_are_refused() public {
        vm.expectRevert(NotAuthorizedToRefund.selector);
        vm.prank(payer);
        feed.refund(theConfig(), 1);
        vm.expectRevert(ZeroRefund.selector);
        vm.prank(RECEIVER);
        feed.refund(theConfig(), 0);
    }

    function test_a_signed_refund_works_once_and_for_its_amount_only() public {
        bytes memory signature = refundSignature(theConfig(), 0, 2e6);
        vm.expectRevert(InvalidSignature.selector);
        feed.refundWithSignature(theConfig(), 3e6, 0, signature);
        vm.prank(STRANGER);
        feed.refundWithSignature(theConfig(), 2e6, 0, signature);
        assertReturned(2e6);
        vm.expectRevert(InvalidRefundNonce.selector);
        feed.refundWithSignature(theConfig(), 2e6, 0, signature);
        vm.expectRevert(InvalidSignature.selector);
        feed.refundWithSignature(theConfig(), 2e6, 1, signature);
    }

    function test_a_called_refund_makes_a_signed_one_void() public {
        bytes memory signature = refundSignature(theConfig(), 0, 2e6);
        vm.prank(RECEIVER);
        feed.refund(theConfig(), 1e6);
        vm.expectRevert(InvalidRefundNonce.selector);
        feed.refundWithSignature(theConfig(), 2e6, 0, signature);
    }

    function test_a_channel_opens_again_after_it_was_emptied() public {
        vm.prank(RECEIVER);
        feed.refund(theConfig(), AMOUNT);
        bytes memory auth = authorization(theConfig(), AMOUNT, 2);
        vm.expectEmit(CANONICAL);
        emit ChannelCreated(feed.getChannelId(theConfig()), theConfig());
        feed.deposit(theConfig(), AMOUNT, address(collector), auth);
        assertChannel(theConfig(), AMOUNT, 0);
    }

    /// How x402's facilitator closes a channel: the last claim and the refund of the rest in one transaction.
    function test_multicall_claims_and_refunds_together() public {
        VoucherClaim[] memory list = rows(row(theConfig(), 5e6, 3e6));
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(feed.claimWithSignature, (list, batchSignature(list)));
        bytes memory signature = refundSignature(theConfig(), 0, AMOUNT);
        calls[1] = abi.encodeCall(feed.refundWithSignature, (theConfig(), AMOUNT, 0, signature));
        vm.prank(STRANGER);
        feed.multicall(calls);
        assertReturned(7e6);
        assertChannel(theConfig(), 3e6, 3e6);
    }
}
