// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IBountyEscrow, Payment, Phase, Pool, Terms} from "../src/interfaces/IBountyEscrow.sol";
import {Signatures} from "../src/lib/Signatures.sol";
import {BountyEscrowFixture} from "./BountyEscrowFixture.t.sol";
import {vm} from "./Vm.sol";

contract BountyEscrowEndTest is BountyEscrowFixture {
    uint64 private constant RECLAIMABLE_AT = DEADLINE + GRACE;

    function setUp() public override {
        super.setUp();
        fund(terms(), 100e6);
    }

    function test_ClosingReturnsTheRestAtOnceAndKeepsWhatIsOwed() public {
        release(terms(), payment(10e6), 0);
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.EntryClosed(entryId(terms()), 31.5e6, 68.5e6);
        close(terms(), 31.5e6);
        assertEq(usd.balanceOf(REFUND_TO), 68.5e6, "refund");
        assertEntry(terms(), 10.5e6, 21e6, 0, 68.5e6);

        vm.warp(RECLAIMABLE_AT + 3650 days);
        expectNotOpen(Phase.Closed);
        escrow.reclaim(terms());
        release(terms(), payment(20e6), 10.5e6);
        assertEq(usd.balanceOf(PAYEE), 30e6, "payee");
        assertEntry(terms(), 31.5e6, 0, 0, 68.5e6);
        assertEq(usd.balanceOf(address(escrow)), 0, "escrow");
    }

    function test_NothingAboveTheStatementIsReleased() public {
        close(terms(), 10.5e6);
        Payment memory p = payment(10e6 + 1);
        bytes memory signature = signed(RELEASER_KEY, releaseDigest(terms(), p, 0));
        vm.expectRevert(
            abi.encodeWithSelector(IBountyEscrow.ExceedsEntry.selector, entryId(terms()), 10.5e6, 10.5e6 + 2)
        );
        escrow.release(terms(), p, 0, signature, "");
    }

    function test_ClosingTwiceReverts() public {
        close(terms(), 50e6);
        bytes memory signature = signed(RELEASER_KEY, closingDigest(terms(), 40e6));
        expectNotOpen(Phase.Closed);
        escrow.close(terms(), 40e6, signature, "");
    }

    function test_AStatementOwesAtLeastWhatIsPaidAndAtMostWhatIsFunded() public {
        release(terms(), payment(10e6), 0);
        bytes memory signature = signed(RELEASER_KEY, closingDigest(terms(), 10.5e6 - 1));
        vm.expectRevert(
            abi.encodeWithSelector(IBountyEscrow.OwedLessThanPaid.selector, entryId(terms()), 10.5e6, 10.5e6 - 1)
        );
        escrow.close(terms(), 10.5e6 - 1, signature, "");
        signature = signed(RELEASER_KEY, closingDigest(terms(), 100e6 + 1));
        vm.expectRevert(
            abi.encodeWithSelector(IBountyEscrow.OwedMoreThanFunded.selector, entryId(terms()), 100e6, 100e6 + 1)
        );
        escrow.close(terms(), 100e6 + 1, signature, "");
        close(terms(), 10.5e6);
        assertEntry(terms(), 10.5e6, 0, 0, 89.5e6);
    }

    function test_OnlyTheReleaserStates() public {
        bytes32 digest = closingDigest(terms(), 0);
        bytes memory signature = signed(FUNDER_KEY, digest);
        vm.expectRevert(abi.encodeWithSelector(Signatures.InvalidSignature.selector, releaser));
        escrow.close(terms(), 0, signature, "");
        signature = malleated(signed(RELEASER_KEY, digest));
        vm.expectRevert(abi.encodeWithSelector(Signatures.InvalidSignature.selector, releaser));
        escrow.close(terms(), 0, signature, "");
    }

    function test_AClosedEntryTakesNoMore() public {
        close(terms(), 50e6);
        bytes memory signature = authorize(FUNDER_KEY, 1e6, 0, FOREVER, topUpNonce(entryId(terms()), "1"));
        expectNotOpen(Phase.Closed);
        escrow.topUp(terms(), "1", 1e6, 0, FOREVER, signature);
    }

    function test_ReclaimingEarlyReverts() public {
        vm.warp(RECLAIMABLE_AT - 1);
        vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.GraceNotOver.selector, uint256(RECLAIMABLE_AT)));
        escrow.reclaim(terms());
    }

    function test_AnAbandonedEntryReturnsToItsFunderOnly() public {
        release(terms(), payment(10e6), 0);
        vm.warp(RECLAIMABLE_AT);
        vm.prank(address(0xBAD));
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.EntryReclaimed(entryId(terms()), 89.5e6);
        escrow.reclaim(terms());
        assertEq(usd.balanceOf(REFUND_TO), 89.5e6, "refund");
        assertEntry(terms(), 10.5e6, 0, 0, 89.5e6);

        expectNotOpen(Phase.Reclaimed);
        escrow.reclaim(terms());
        bytes memory signature = signed(RELEASER_KEY, releaseDigest(terms(), payment(1e6), 10.5e6));
        expectNotOpen(Phase.Reclaimed);
        escrow.release(terms(), payment(1e6), 10.5e6, signature, "");
        signature = signed(RELEASER_KEY, closingDigest(terms(), 50e6));
        expectNotOpen(Phase.Reclaimed);
        escrow.close(terms(), 50e6, signature, "");
    }

    /// The expiry probe: the deadline passes between acceptance and release.
    function test_ACapturePaidAfterTheDeadlineIsPaidInFull() public {
        bytes memory accepted = signed(RELEASER_KEY, releaseDigest(terms(), payment(40e6), 0));
        vm.warp(DEADLINE + 1 days);
        close(terms(), 42e6);
        assertEq(usd.balanceOf(REFUND_TO), 58e6, "the funder gets only the rest");
        vm.warp(RECLAIMABLE_AT + 365 days);
        escrow.release(terms(), payment(40e6), 0, accepted, "");
        assertEq(usd.balanceOf(PAYEE), 40e6, "the contributor is paid in full");
        assertEq(usd.balanceOf(FEE_TO), 2e6, "fee");
        assertEq(usd.balanceOf(REFUND_TO), 58e6, "the funder gets only the rest");
    }

    /// The expiry probe with the relayer dead from acceptance on: the contributor holds its release and posts it itself.
    function test_AContributorReleasesByItselfUntilTheLastSecondOfGrace() public {
        bytes memory accepted = signed(RELEASER_KEY, releaseDigest(terms(), payment(40e6), 0));
        vm.warp(RECLAIMABLE_AT - 1);
        vm.prank(PAYEE);
        escrow.release(terms(), payment(40e6), 0, accepted, "");
        assertEq(usd.balanceOf(PAYEE), 40e6, "the contributor is paid in full");
        vm.warp(RECLAIMABLE_AT);
        escrow.reclaim(terms());
        assertEq(usd.balanceOf(REFUND_TO), 58e6, "the funder gets only the rest");
        assertEq(usd.balanceOf(address(escrow)), 0, "escrow");
    }

    /// Two funders of one bounty: whatever happens to each entry, each gets back the unspent part of its own.
    function testFuzz_CoFundersGetBackTheUnspentPartOfTheirOwn(uint256 spendA, uint256 spendB, uint8 ends) public {
        Terms memory other = terms();
        other.funder = vm.addr(STRANGER_KEY);
        other.refundTo = address(0xF2);
        usd.mint(other.funder, 50e6);
        bytes32 id = entryId(other);
        escrow.fund(other, 50e6, 0, FOREVER, authorize(STRANGER_KEY, 50e6, 0, FOREVER, id));
        spendA = bound(spendA, 1, 90e6);
        spendB = bound(spendB, 1, 45e6);
        release(terms(), payment(spendA), 0);
        release(other, payment(spendB), 0);
        spendA += ceilFee(spendA);
        spendB += ceilFee(spendB);
        vm.warp(RECLAIMABLE_AT);
        if (ends & 1 == 0) close(terms(), spendA);
        else escrow.reclaim(terms());
        if (ends & 2 == 0) close(other, spendB);
        else escrow.reclaim(other);
        assertEq(usd.balanceOf(REFUND_TO), 100e6 - spendA, "the first funder's rest");
        assertEq(usd.balanceOf(address(0xF2)), 50e6 - spendB, "the second funder's rest");
        assertEq(usd.balanceOf(address(escrow)), 0, "escrow");
    }

    function expectNotOpen(Phase phase) private {
        vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.NotOpen.selector, entryId(terms()), phase));
    }
}
