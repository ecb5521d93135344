// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {FeedChannelBase} from "../FeedChannelBase.t.sol";
import {vm} from "../Vm.sol";

/// Four channels between two payers and two receivers, and everything that may be done with them. Each action makes what it needs first,
/// so it always gets as far as its call and the call has to succeed; `calls` counts them. Beside the contract runs the bookkeeping that
/// the parties would keep, from nothing but what they signed and received.
contract FeedChannelHandler is FeedChannelBase {
    struct Book {
        uint256 deposited;
        uint256 returned;
        uint256 signed;
        uint256 charged;
        uint256 claimed;
        uint256 withdrawableAt;
    }

    uint256 public constant CHANNELS = 4;
    uint256 private constant SECOND_PAYER_KEY = 0xa11cf;
    address private constant SECOND_RECEIVER = 0x2222222222222222222222222222222222222222;
    uint128 private constant DEPOSIT_MAX = 1_000e6;

    mapping(string action => uint256) public calls;
    Book[CHANNELS] private books;
    VoucherClaim[] private past;
    uint256 private deposits;

    constructor() {
        setUp();
        usd.mint(vm.addr(SECOND_PAYER_KEY), 1_000_000e6);
        for (uint256 i = 0; i < CHANNELS; ++i) {
            add(i, 10e6);
        }
    }

    // What may happen, at random.

    function doDeposit(uint256 which, uint256 amount) external {
        add(which % CHANNELS, uint128(bound(amount, 1, DEPOSIT_MAX)));
    }

    function doClaim(uint256 which, uint256 used, bool byAuthorizer) external {
        uint256 i = which % CHANNELS;
        read(i, used);
        VoucherClaim[] memory list = rows(lastRow(i));
        vm.prank(byAuthorizer ? receiverAuthorizer : config(i).receiver);
        feed.claim(list);
        booked(i, list[0]);
        ++calls["claim"];
    }

    function doClaimWithSignature(uint256 which, uint256 used) external {
        uint256 i = which % CHANNELS;
        uint256 j = (i + 1) % CHANNELS;
        read(i, used);
        read(j, used >> 128);
        VoucherClaim[] memory list = rows(lastRow(i), lastRow(j));
        bytes memory signature = batchSignature(list);
        vm.prank(STRANGER);
        feed.claimWithSignature(list, signature);
        booked(i, list[0]);
        booked(j, list[1]);
        ++calls["claimWithSignature"];
    }

    /// Rows that were claimed already, twice in one batch: nothing may change, which the invariants then see.
    function doReplay(uint256 which) external {
        if (past.length == 0) return;
        VoucherClaim memory old = past[which % past.length];
        VoucherClaim[] memory list = rows(old, old);
        vm.prank(receiverAuthorizer);
        feed.claim(list);
        ++calls["replay"];
    }

    function doSettle(uint256 which) external {
        vm.prank(STRANGER);
        feed.settle(receiver(which % 2), address(usd));
        ++calls["settle"];
    }

    function doInitiateWithdraw(uint256 which, uint256 amount) external {
        uint256 i = which % CHANNELS;
        if (books[i].withdrawableAt != 0) finalize(i);
        initiate(i, amount);
    }

    /// Claims inside the delay go on, before and after this: the invariants hold them to what is left.
    function doFinalizeWithdraw(uint256 which, uint256 early) external {
        uint256 i = which % CHANNELS;
        if (books[i].withdrawableAt == 0) initiate(i, early);
        if (vm.getBlockTimestamp() < books[i].withdrawableAt) {
            vm.warp(bound(early, vm.getBlockTimestamp(), books[i].withdrawableAt - 1));
            vm.expectRevert(WithdrawDelayNotElapsed.selector);
            vm.prank(config(i).payer);
            feed.finalizeWithdraw(config(i));
        }
        finalize(i);
    }

    function doRefund(uint256 which, uint256 amount) external {
        uint256 i = which % CHANNELS;
        uint128 asked = uint128(bound(amount, 1, 2 * DEPOSIT_MAX));
        uint256 before = usd.balanceOf(config(i).payer);
        vm.prank(config(i).receiver);
        feed.refund(config(i), asked);
        returned(i, before);
        ++calls["refund"];
    }

    function doRefundWithSignature(uint256 which, uint256 amount) external {
        uint256 i = which % CHANNELS;
        uint128 asked = uint128(bound(amount, 1, 2 * DEPOSIT_MAX));
        uint256 before = usd.balanceOf(config(i).payer);
        uint256 nonce = feed.refundNonce(feed.getChannelId(config(i)));
        bytes memory signature = refundSignature(config(i), nonce, asked);
        vm.prank(STRANGER);
        feed.refundWithSignature(config(i), asked, nonce, signature);
        returned(i, before);
        vm.expectRevert(InvalidRefundNonce.selector);
        feed.refundWithSignature(config(i), asked, nonce, signature);
        ++calls["refundWithSignature"];
    }

    /// What nobody may do, whatever the state.
    function doTrespass(uint256 which, uint256 amount) external {
        uint256 i = which % CHANNELS;
        read(i, amount);
        VoucherClaim memory honest = lastRow(i);
        VoucherClaim memory greedy = lastRow(i);
        greedy.totalClaimed = greedy.voucher.maxClaimableAmount + 1;
        refusedClaim(config(i).receiver, greedy, ClaimExceedsCeiling.selector);
        (uint128 balance,) = feed.channels(feed.getChannelId(config(i)));
        (greedy.voucher.maxClaimableAmount, greedy.totalClaimed) = (balance + 1, balance + 1);
        refusedClaim(config(i).receiver, greedy, ClaimExceedsBalance.selector);
        (greedy.voucher.maxClaimableAmount, greedy.totalClaimed) = (type(uint128).max, honest.totalClaimed);
        refusedClaim(config(i).receiver, greedy, InvalidSignature.selector);
        refusedClaim(STRANGER, honest, NotAuthorizedToClaim.selector);
        refusedClaim(config(i).payer, honest, NotAuthorizedToClaim.selector);
        vm.expectRevert(NotAuthorizedToRefund.selector);
        vm.prank(config(i).payer);
        feed.refund(config(i), 1);
        vm.expectRevert(InvalidChannel.selector);
        vm.prank(STRANGER);
        feed.initiateWithdraw(config(i), 1);
        vm.expectRevert(NotAuthorizedToFinalizeWithdraw.selector);
        vm.prank(config(i).receiver);
        feed.finalizeWithdraw(config(i));
        ++calls["trespass"];
    }

    // What the invariants look at.

    function book(uint256 i) external view returns (Book memory) {
        return books[i];
    }

    function onChain(uint256 i) external view returns (uint256 balance, uint256 claimed) {
        return feed.channels(feed.getChannelId(config(i)));
    }

    function ofReceiver(uint256 r) external view returns (uint256 claimed, uint256 settled) {
        return feed.receivers(receiver(r), address(usd));
    }

    function tokensOf(uint256 party) external view returns (uint256) {
        return usd.balanceOf([CANONICAL, config(0).payer, config(1).payer, receiver(0), receiver(1)][party]);
    }

    function supply() external view returns (uint256) {
        return usd.totalSupply();
    }

    function payerOf(uint256 i) public pure returns (uint256) {
        return i % 2;
    }

    function receiverOf(uint256 i) public pure returns (uint256) {
        return i / 2;
    }

    // How it is done.

    function add(uint256 i, uint128 amount) private {
        bytes32 id = feed.getChannelId(config(i));
        bytes memory auth = authorizationFor(payerKey(i), id, amount, ++deposits);
        vm.prank(STRANGER);
        feed.deposit(config(i), amount, address(collector), auth);
        books[i].deposited += amount;
        ++calls["deposit"];
    }

    /// A read off chain: the payer signs for more, the server charges some of it. Makes sure that there is something to claim and that
    /// it is covered: by the payer's deposits, and by what withdrawals and refunds left of them.
    function read(uint256 i, uint256 amount) private {
        Book storage b = books[i];
        uint256 left = b.deposited - b.returned;
        if (left <= b.charged) {
            add(i, uint128(b.charged - left + bound(amount, 1, DEPOSIT_MAX)));
            left = b.deposited - b.returned;
        }
        b.charged = bound(amount, b.charged + 1, left);
        if (b.signed < b.charged) b.signed = bound(amount >> 64, b.charged, b.deposited);
    }

    function initiate(uint256 i, uint256 amount) private {
        Book storage b = books[i];
        if (b.deposited - b.returned == b.claimed) add(i, 1e6);
        uint128 asked = uint128(bound(amount, 1, b.deposited - b.returned - b.claimed));
        vm.prank(config(i).payer);
        feed.initiateWithdraw(config(i), asked);
        b.withdrawableAt = vm.getBlockTimestamp() + DELAY;
        ++calls["initiateWithdraw"];
    }

    function finalize(uint256 i) private {
        if (vm.getBlockTimestamp() < books[i].withdrawableAt) vm.warp(books[i].withdrawableAt);
        uint256 before = usd.balanceOf(config(i).payer);
        vm.prank(config(i).payer);
        feed.finalizeWithdraw(config(i));
        returned(i, before);
        ++calls["finalizeWithdraw"];
    }

    function booked(uint256 i, VoucherClaim memory claimed) private {
        books[i].claimed = books[i].charged;
        past.push(claimed);
    }

    function returned(uint256 i, uint256 before) private {
        books[i].returned += usd.balanceOf(config(i).payer) - before;
        (, uint40 pendingSince) = feed.pendingWithdrawals(feed.getChannelId(config(i)));
        if (pendingSince == 0) books[i].withdrawableAt = 0;
    }

    function refusedClaim(address sender, VoucherClaim memory only, bytes4 reason) private {
        VoucherClaim[] memory list = rows(only);
        vm.expectRevert(reason);
        vm.prank(sender);
        feed.claim(list);
    }

    function lastRow(uint256 i) private view returns (VoucherClaim memory) {
        uint256 key = config(i).payerAuthorizer == address(0) ? payerKey(i) : PAYER_AUTHORIZER_KEY;
        return rowBy(key, config(i), uint128(books[i].signed), uint128(books[i].charged));
    }

    /// The last channel has no payer authorizer: its payer signs the vouchers.
    function config(uint256 i) private view returns (ChannelConfig memory c) {
        c = configOf(bytes32(i));
        c.payer = vm.addr(payerKey(i));
        c.receiver = receiver(receiverOf(i));
        if (i == CHANNELS - 1) c.payerAuthorizer = address(0);
    }

    function payerKey(uint256 i) private pure returns (uint256) {
        return payerOf(i) == 0 ? PAYER_KEY : SECOND_PAYER_KEY;
    }

    function receiver(uint256 r) private pure returns (address) {
        return r == 0 ? RECEIVER : SECOND_RECEIVER;
    }
}
