// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "../Vm.sol";
import {FeedChannelHandler} from "./FeedChannelHandler.sol";

contract FeedChannelInvariantsTest is Test {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    uint256 private constant MINTED = 1_000_000e6;
    uint256 private constant FEED = 0;
    uint256 private constant PAYERS = 1;
    uint256 private constant RECEIVERS = 3;

    FeedChannelHandler private handler;

    function setUp() public {
        handler = new FeedChannelHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[] memory actions = new bytes4[](10);
        actions[0] = handler.doDeposit.selector;
        actions[1] = handler.doClaim.selector;
        actions[2] = handler.doClaimWithSignature.selector;
        actions[3] = handler.doReplay.selector;
        actions[4] = handler.doSettle.selector;
        actions[5] = handler.doInitiateWithdraw.selector;
        actions[6] = handler.doFinalizeWithdraw.selector;
        actions[7] = handler.doRefund.selector;
        actions[8] = handler.doRefundWithSignature.selector;
        actions[9] = handler.doTrespass.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), actions);
    }

    function invariant_claimed_charged_signed_deposited() public view {
        for (uint256 i = 0; i < handler.CHANNELS(); ++i) {
            FeedChannelHandler.Book memory b = handler.book(i);
            (uint256 balance, uint256 claimed) = handler.onChain(i);
            assertEq(claimed, b.claimed, "claimed is what was claimed last, whatever was replayed");
            assertLe(claimed, b.charged, "claimed <= charged");
            assertLe(b.charged, b.signed, "charged <= signed");
            assertLe(b.signed, b.deposited, "signed <= deposited");
            assertEq(balance, b.deposited - b.returned, "the balance is what was deposited and not returned");
            assertLe(claimed, balance, "claimed <= balance");
        }
    }

    function invariant_the_contract_holds_exactly_what_it_owes() public view {
        uint256 owed;
        for (uint256 i = 0; i < handler.CHANNELS(); ++i) {
            (uint256 balance, uint256 claimed) = handler.onChain(i);
            owed += balance - claimed;
        }
        for (uint256 r = 0; r < 2; ++r) {
            (uint256 claimed, uint256 settled) = handler.ofReceiver(r);
            owed += claimed - settled;
        }
        assertEq(handler.tokensOf(FEED), owed, "held = unclaimed + claimed and not settled");
    }

    function invariant_receivers_get_what_was_claimed_for_them_once() public view {
        for (uint256 r = 0; r < 2; ++r) {
            uint256 claimedForIt;
            for (uint256 i = 0; i < handler.CHANNELS(); ++i) {
                if (handler.receiverOf(i) == r) claimedForIt += handler.book(i).claimed;
            }
            (uint256 claimed, uint256 settled) = handler.ofReceiver(r);
            assertEq(claimed, claimedForIt, "claimed of the receiver = claims of its channels");
            assertLe(settled, claimed, "settled <= claimed");
            assertEq(handler.tokensOf(RECEIVERS + r), settled, "paid = settled");
        }
    }

    function invariant_nobody_but_payers_and_receivers_is_paid() public view {
        uint256 sum = handler.tokensOf(FEED);
        for (uint256 p = 0; p < 2; ++p) {
            uint256 expected = MINTED;
            for (uint256 i = 0; i < handler.CHANNELS(); ++i) {
                FeedChannelHandler.Book memory b = handler.book(i);
                if (handler.payerOf(i) == p) expected = expected + b.returned - b.deposited;
            }
            assertEq(
                handler.tokensOf(PAYERS + p), expected, "a payer has what it kept and what its own channels returned"
            );
            sum += expected + handler.tokensOf(RECEIVERS + p);
        }
        assertEq(sum, handler.supply(), "nobody else holds a token");
    }

    /// That the invariants above look at calls that did something.
    function test_every_kind_of_call_succeeds() public {
        for (uint256 i = 0; i < 8; ++i) {
            uint256 seed = uint256(keccak256(abi.encode(i)));
            handler.doDeposit(i, seed);
            handler.doClaim(i, seed, i % 3 == 0);
            handler.doInitiateWithdraw(i, seed);
            handler.doClaimWithSignature(i, seed);
            handler.doReplay(i);
            handler.doSettle(i);
            handler.doRefund(i + 1, seed);
            handler.doRefundWithSignature(i + 2, seed);
            handler.doTrespass(i, seed);
            handler.doFinalizeWithdraw(i, seed);
            invariant_claimed_charged_signed_deposited();
            invariant_the_contract_holds_exactly_what_it_owes();
            invariant_receivers_get_what_was_claimed_for_them_once();
            invariant_nobody_but_payers_and_receivers_is_paid();
        }
        string[10] memory actions = [
            "deposit",
            "claim",
            "claimWithSignature",
            "replay",
            "settle",
            "initiateWithdraw",
            "finalizeWithdraw",
            "refund",
            "refundWithSignature",
            "trespass"
        ];
        for (uint256 i = 0; i < actions.length; ++i) {
            assertTrue(handler.calls(actions[i]) >= 8, actions[i]);
        }
        assertTrue(handler.tokensOf(RECEIVERS) > 0 && handler.tokensOf(RECEIVERS + 1) > 0, "both receivers were paid");
    }
}
