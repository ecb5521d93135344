// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {BountyEscrow} from "../../src/BountyEscrow.sol";
import {TestUSD} from "../../src/TestUSD.sol";
import {Phase} from "../../src/interfaces/IBountyEscrow.sol";
import {Test} from "../Vm.sol";
import {BountyEscrowHandler} from "./BountyEscrowHandler.sol";

contract BountyEscrowInvariants is Test {
    BountyEscrowHandler private _handler;
    BountyEscrow private _escrow;
    TestUSD private _usd;
    uint256 private _supply;

    function setUp() public {
        _handler = new BountyEscrowHandler();
        (address escrow, address usd) = _handler.contracts();
        (_escrow, _usd) = (BountyEscrow(escrow), TestUSD(usd));
        _supply = _usd.totalSupply();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        bytes4[] memory all = new bytes4[](14);
        all[0] = BountyEscrowHandler.doFund.selector;
        all[1] = BountyEscrowHandler.doTopUp.selector;
        all[2] = BountyEscrowHandler.doRelease.selector;
        all[3] = BountyEscrowHandler.doReleaseMany.selector;
        all[4] = BountyEscrowHandler.doReleasePool.selector;
        all[5] = BountyEscrowHandler.doClose.selector;
        all[6] = BountyEscrowHandler.doReclaim.selector;
        all[7] = BountyEscrowHandler.doDeliver.selector;
        all[8] = BountyEscrowHandler.refuseAccount.selector;
        all[9] = BountyEscrowHandler.passTime.selector;
        all[10] = BountyEscrowHandler.tryReplay.selector;
        all[11] = BountyEscrowHandler.tryForgery.selector;
        all[12] = BountyEscrowHandler.tryReclaim.selector;
        all[13] = BountyEscrowHandler.tryOverRelease.selector;
        targets[0] = FuzzSelector(address(_handler), all);
    }

    /// All of them after every call of one campaign: each sees every call.
    function invariant_Escrow() public view {
        checkEachEntryAddsUp();
        checkTheBalanceCoversEveryObligation();
        checkOnlyWhoIsDueReceives();
        checkRefundsAreTheUnspentPartOfTheirOwn();
        checkNothingForbiddenHappened();
    }

    /// funded = paid + owed + refundable + refunded, and as the handler's own books have it.
    function checkEachEntryAddsUp() private view {
        for (uint256 i; i < _handler.entries(); ++i) {
            (bytes32 id, BountyEscrowHandler.Book memory book) = _handler.entryAt(i);
            (uint256 funded, uint256 paid, uint256 owed, uint256 refundable, uint256 refunded) = _escrow.accountOf(id);
            assertEq(funded, paid + owed + refundable + refunded, "funded = paid + owed + refundable + refunded");
            assertEq(funded, book.funded, "funded");
            assertEq(paid, book.paid, "paid");
            assertEq(refunded, book.refunded, "refunded");
            assertEq(owed, book.phase == Phase.Closed ? book.owedTotal - book.paid : 0, "owed");
        }
    }

    /// The escrow holds exactly what it owes.
    function checkTheBalanceCoversEveryObligation() private view {
        uint256 held;
        for (uint256 i; i < _handler.entries(); ++i) {
            (bytes32 id,) = _handler.entryAt(i);
            (,, uint256 owed, uint256 refundable,) = _escrow.accountOf(id);
            held += owed + refundable;
        }
        address[] memory receivers = _handler.receivers();
        for (uint256 i; i < receivers.length; ++i) {
            held += _escrow.undelivered(receivers[i]);
        }
        assertEq(_usd.balanceOf(address(_escrow)), held, "balance");
    }

    /// Every payee, the Distributor, the fee address and each funder's refund address has exactly its due; nobody else anything.
    function checkOnlyWhoIsDueReceives() private view {
        uint256 known = _usd.balanceOf(address(_escrow));
        address[] memory receivers = _handler.receivers();
        for (uint256 i; i < receivers.length; ++i) {
            uint256 balance = _usd.balanceOf(receivers[i]);
            assertEq(balance + _escrow.undelivered(receivers[i]), _handler.expected(receivers[i]), "due");
            known += balance;
        }
        address[] memory funders = _handler.funders();
        for (uint256 i; i < funders.length; ++i) {
            known += _usd.balanceOf(funders[i]);
        }
        assertEq(known, _supply, "somebody else holds something");
        assertEq(_usd.balanceOf(_handler.ATTACKER()), 0, "attacker");
    }

    /// What a statement owes stays; each funder gets back the unspent part of its own entries and nothing else.
    function checkRefundsAreTheUnspentPartOfTheirOwn() private view {
        for (uint256 i; i < _handler.entries(); ++i) {
            (bytes32 id, BountyEscrowHandler.Book memory book) = _handler.entryAt(i);
            (uint256 funded, uint256 paid,,, uint256 refunded) = _escrow.accountOf(id);
            if (book.phase == Phase.Open) assertEq(refunded, 0, "refunded while open");
            if (book.phase == Phase.Closed) assertEq(funded - refunded, book.owedTotal, "what is owed never returns");
            if (book.phase == Phase.Reclaimed) assertEq(refunded, funded - paid, "the unspent part");
            assertLe(paid, funded - refunded, "paid what had returned");
        }
        address[] memory receivers = _handler.receivers();
        for (uint256 i; i < 3; ++i) {
            assertEq(_usd.balanceOf(receivers[i]), _handler.refundedTo(receivers[i]), "own entries only");
        }
    }

    /// No release landed twice, none was forged, none exceeded its entry, nothing was reclaimed out of time.
    function checkNothingForbiddenHappened() private view {
        if (bytes(_handler.broken()).length > 0) revert NotTrue(_handler.broken());
    }

    /// The handler's calls do what they are for: fixed walks reach every kind, and all invariants hold on them.
    function test_TheHandlerReachesEveryKind() public {
        uint256 kinds = uint256(type(BountyEscrowHandler.Kind).max) + 1;
        uint256[] memory reached = new uint256[](kinds);
        for (uint256 world; world < 5; ++world) {
            setUp();
            for (uint256 step; step < 10; ++step) {
                walk(uint256(keccak256(abi.encode(world, step))));
                invariant_Escrow();
            }
            for (uint256 kind; kind < kinds; ++kind) {
                reached[kind] += _handler.done(BountyEscrowHandler.Kind(kind));
            }
        }
        for (uint256 kind; kind < kinds; ++kind) {
            if (reached[kind] == 0) revert NotEqual(kind, 0, "a kind of call never succeeded");
        }
    }

    function walk(uint256 seed) private {
        _handler.doFund(seed, seed >> 8, seed & 1 == 0);
        _handler.doTopUp(seed, seed >> 16);
        _handler.doRelease(seed, seed >> 3, seed >> 160);
        _handler.refuseAccount(0, true);
        _handler.doReleaseMany(seed >> 1, seed, seed >> 255);
        _handler.doReleasePool(seed >> 2, seed, seed >> 170);
        _handler.tryReplay(seed >> 4);
        _handler.tryForgery(seed >> 5, seed);
        _handler.tryReclaim(seed >> 6);
        _handler.tryOverRelease(seed >> 7);
        _handler.doDeliver(0);
        if (seed % 4 == 0) _handler.doClose(seed >> 8, seed >> 30);
        _handler.passTime(seed >> 9, seed % 4 == 1);
        _handler.doReclaim(seed >> 10);
    }
}
