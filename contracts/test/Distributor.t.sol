// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Distributor} from "../src/Distributor.sol";
import {Award, IDistributor} from "../src/interfaces/IDistributor.sol";
import {Signatures} from "../src/lib/Signatures.sol";
import {DistributorFixture} from "./DistributorFixture.t.sol";
import {vm} from "./Vm.sol";

contract DistributorTest is DistributorFixture {
    bytes32 private constant ROOT = "root";

    function test_ARootIsActiveAfterItsDelay() public {
        Award[] memory awards = awardsOf(3, 1, 10e6);
        bytes32 root = treeOf(awards);
        vm.expectEmit(address(distributor));
        emit IDistributor.RootProposed(1, root, 30e6, START + DELAY, "file");
        propose(root, 1, 30e6);
        assertEq(distributor.pendingRoot().root, root, "pending");
        vm.warp(START + DELAY - 1);
        vm.expectRevert(abi.encodeWithSelector(IDistributor.NotInRoot.selector, awards[0].account));
        distributor.claim(awards[0]);
        vm.warp(START + DELAY);
        assertEq(distributor.activeRoot().root, root, "active");
        assertEq(distributor.pendingRoot().root, 0, "pending");
        distributor.claim(awards[0]);
        assertEq(usd.balanceOf(awards[0].account), 10e6, "claimed");
    }

    function test_BothKeysMustSign() public {
        bytes memory signature = signed(RELEASER_KEY, rootDigest(ROOT, 1, 30e6));
        vm.expectRevert(abi.encodeWithSelector(IDistributor.NotRootSetter.selector, address(this)));
        distributor.proposeRoot(ROOT, 1, 30e6, "file", signature);
        vm.prank(vm.addr(RELEASER_KEY));
        vm.expectRevert(abi.encodeWithSelector(IDistributor.NotRootSetter.selector, vm.addr(RELEASER_KEY)));
        distributor.proposeRoot(ROOT, 1, 30e6, "file", signature);
        signature = signed(STRANGER_KEY, rootDigest(ROOT, 1, 30e6));
        expectRefused(1, 30e6, signature, abi.encodeWithSelector(Signatures.InvalidSignature.selector, releaser));
        signature = signed(RELEASER_KEY, rootDigest("other", 1, 30e6));
        expectRefused(1, 30e6, signature, abi.encodeWithSelector(Signatures.InvalidSignature.selector, releaser));
        signature = signed(RELEASER_KEY, rootDigest(ROOT, 1, 20e6));
        expectRefused(1, 30e6, signature, abi.encodeWithSelector(Signatures.InvalidSignature.selector, releaser));
    }

    function test_AnEmptyRootReverts() public {
        bytes memory signature = signed(RELEASER_KEY, rootDigest(0, 1, 30e6));
        vm.prank(ROOT_SETTER);
        vm.expectRevert(IDistributor.EmptyRoot.selector);
        distributor.proposeRoot(0, 1, 30e6, "file", signature);
    }

    function test_ATotalIsCoveredByTheBalance() public {
        bytes memory signature = signed(RELEASER_KEY, rootDigest(ROOT, 1, 1_000e6 + 1));
        bytes memory reason = abi.encodeWithSelector(IDistributor.NotCovered.selector, 1_000e6, 1_000e6 + 1);
        expectRefused(1, 1_000e6 + 1, signature, reason);
    }

    function test_EpochsFollowEachOther() public {
        bytes memory signature = signed(RELEASER_KEY, rootDigest(ROOT, 2, 30e6));
        expectRefused(2, 30e6, signature, abi.encodeWithSelector(IDistributor.WrongEpoch.selector, 1, 2));
        propose(ROOT, 1, 30e6);
        vm.warp(START + DELAY);
        signature = signed(RELEASER_KEY, rootDigest(ROOT, 1, 30e6));
        expectRefused(1, 30e6, signature, abi.encodeWithSelector(IDistributor.WrongEpoch.selector, 2, 1));
        propose("next", 2, 30e6);
        assertEq(distributor.activeRoot().root, ROOT, "the first stays active");
    }

    function test_OneRootWaitsAtATime() public {
        propose(ROOT, 1, 30e6);
        bytes memory signature = signed(RELEASER_KEY, rootDigest(ROOT, 2, 30e6));
        bytes memory reason = abi.encodeWithSelector(IDistributor.RootPending.selector, 1, START + DELAY);
        expectRefused(2, 30e6, signature, reason);
    }

    function test_ATotalNeverDecreases() public {
        propose(ROOT, 1, 30e6);
        vm.warp(START + DELAY);
        bytes memory signature = signed(RELEASER_KEY, rootDigest(ROOT, 2, 30e6 - 1));
        expectRefused(
            2, 30e6 - 1, signature, abi.encodeWithSelector(IDistributor.TotalDecreased.selector, 30e6, 30e6 - 1)
        );
    }

    function test_TheGuardianStopsARootOnlyWhileItWaits() public {
        Award[] memory first = awardsOf(3, 1, 10e6);
        propose(treeOf(first), 1, 30e6);
        vm.expectRevert(abi.encodeWithSelector(IDistributor.NotGuardian.selector, address(this)));
        distributor.veto();
        vm.warp(START + DELAY);
        vm.prank(GUARDIAN);
        vm.expectRevert(IDistributor.NothingPending.selector);
        distributor.veto();

        Award[] memory second = awardsOf(3, 2, 20e6);
        propose(treeOf(second), 2, 60e6);
        vm.expectEmit(address(distributor));
        emit IDistributor.RootVetoed(2, distributor.pendingRoot().root);
        vm.prank(GUARDIAN);
        distributor.veto();
        vm.prank(GUARDIAN);
        vm.expectRevert(IDistributor.NothingPending.selector);
        distributor.veto();
        vm.warp(START + 3 * DELAY);
        vm.expectRevert(abi.encodeWithSelector(IDistributor.NotInRoot.selector, second[0].account));
        distributor.claim(second[0]);
        distributor.claim(first[0]);

        // Its signature is spent with its epoch; the next proposal takes its place.
        bytes memory signature = signed(RELEASER_KEY, rootDigest(ROOT, 2, 60e6));
        expectRefused(2, 60e6, signature, abi.encodeWithSelector(IDistributor.WrongEpoch.selector, 3, 2));
        second = awardsOf(3, 3, 20e6);
        propose(treeOf(second), 3, 60e6);
        distributor.claim(first[1]);
        vm.warp(START + 4 * DELAY);
        distributor.claim(second[0]);
        assertEq(usd.balanceOf(second[0].account), 20e6, "cumulative");
    }

    function test_AVetoedFirstRootLeavesNone() public {
        Award[] memory awards = awardsOf(3, 1, 10e6);
        propose(treeOf(awards), 1, 30e6);
        vm.prank(GUARDIAN);
        distributor.veto();
        vm.warp(START + DELAY);
        vm.expectRevert(abi.encodeWithSelector(IDistributor.NotInRoot.selector, awards[0].account));
        distributor.claim(awards[0]);
        propose(treeOf(awards), 2, 30e6);
        vm.warp(START + 2 * DELAY);
        distributor.claim(awards[0]);
    }

    function testFuzz_AwardsAreCumulative(uint256 first, uint256 second) public {
        first = bound(first, 1, 100e6);
        second = bound(second, first, 300e6);
        Award[] memory a = activate(awardsOf(3, 1, first), 1);
        assertEq(distributor.claim(a[1]), first, "first");
        Award[] memory b = activate(awardsOf(3, 2, second), 2);
        if (second > first) assertEq(distributor.claim(b[1]), second - first, "second");
        assertEq(usd.balanceOf(a[1].account), second, "sum");
        assertEq(distributor.claimed(a[1].account), second, "claimed");
        vm.expectRevert(abi.encodeWithSelector(IDistributor.NothingToClaim.selector, a[1].account, second));
        distributor.claim(b[1]);
    }

    function test_AnOlderRootIsOfNoUse() public {
        Award[] memory old = activate(awardsOf(3, 1, 10e6), 1);
        activate(awardsOf(3, 2, 20e6), 2);
        vm.expectRevert(abi.encodeWithSelector(IDistributor.NotInRoot.selector, old[0].account));
        distributor.claim(old[0]);
    }

    function test_ALowerAwardLowersNothing() public {
        distributor.claim(activate(awardsOf(3, 1, 10e6), 1)[0]);
        Award[] memory lower = awardsOf(3, 2, 5e6);
        propose(treeOf(lower), 2, 30e6);
        vm.warp(vm.getBlockTimestamp() + DELAY);
        vm.expectRevert(abi.encodeWithSelector(IDistributor.NothingToClaim.selector, lower[0].account, 10e6));
        distributor.claim(lower[0]);
        assertEq(distributor.claimed(lower[0].account), 10e6, "claimed");
    }

    function test_ARootPaysNoMoreThanItsTotal() public {
        Award[] memory awards = awardsOf(3, 1, 10e6);
        propose(treeOf(awards), 1, 25e6);
        vm.warp(START + DELAY);
        distributor.claim(awards[0]);
        distributor.claim(awards[1]);
        vm.expectRevert(abi.encodeWithSelector(IDistributor.ExceedsTotal.selector, 25e6, 30e6));
        distributor.claim(awards[2]);
    }

    function test_AnyoneMaySendManyAndTheAccountsArePaid() public {
        Award[] memory awards = activate(awardsOf(3, 1, 10e6), 1);
        distributor.claim(awards[1]); // somebody was first: the batch passes over it
        vm.prank(address(0xBAD));
        assertEq(distributor.claimMany(awards), 20e6, "moved");
        for (uint256 i; i < 3; ++i) {
            assertEq(usd.balanceOf(awards[i].account), 10e6, "account");
        }
        awards[2].cumulative += 1;
        vm.expectRevert(abi.encodeWithSelector(IDistributor.NotInRoot.selector, awards[2].account));
        distributor.claimMany(awards);
    }

    function test_AnAccountMaySendItsAwardElsewhere() public {
        Award[] memory awards = awardsOf(3, 1, 10e6);
        awards[0].account = vm.addr(STRANGER_KEY);
        awards = activate(awards, 1);
        uint256 until = vm.getBlockTimestamp() + 1;
        bytes memory signature = signed(STRANGER_KEY, claimToDigest(awards[0], address(0xCAFE), until));
        bytes memory foreign = signed(RELEASER_KEY, claimToDigest(awards[0], address(0xCAFE), until));
        bytes memory reason = abi.encodeWithSelector(Signatures.InvalidSignature.selector, awards[0].account);
        vm.expectRevert(reason);
        distributor.claimTo(awards[0], address(0xCAFE), until, foreign);
        vm.expectRevert(reason);
        distributor.claimTo(awards[0], address(0xBAD), until, signature);
        vm.warp(until + 1);
        vm.expectRevert(abi.encodeWithSelector(IDistributor.ClaimExpired.selector, until));
        distributor.claimTo(awards[0], address(0xCAFE), until, signature);
        vm.warp(until);
        distributor.claimTo(awards[0], address(0xCAFE), until, signature);
        assertEq(usd.balanceOf(address(0xCAFE)), 10e6, "elsewhere");
        vm.expectRevert(abi.encodeWithSelector(IDistributor.NothingToClaim.selector, awards[0].account, 10e6));
        distributor.claimTo(awards[0], address(0xCAFE), until, signature);
    }

    function test_TheKeysAreThreeAndTheDelayAnHour() public {
        IERC20 token = usd;
        vm.expectRevert(abi.encodeWithSelector(IDistributor.NoCode.selector, address(1)));
        new Distributor(IERC20(address(1)), ROOT_SETTER, releaser, GUARDIAN, DELAY, DOMAIN);
        vm.expectRevert(IDistributor.MissingAddress.selector);
        new Distributor(token, ROOT_SETTER, address(0), GUARDIAN, DELAY, DOMAIN);
        vm.expectRevert(IDistributor.KeysNotDistinct.selector);
        new Distributor(token, ROOT_SETTER, ROOT_SETTER, GUARDIAN, DELAY, DOMAIN);
        vm.expectRevert(IDistributor.KeysNotDistinct.selector);
        new Distributor(token, ROOT_SETTER, releaser, releaser, DELAY, DOMAIN);
        vm.expectRevert(abi.encodeWithSelector(IDistributor.DelayTooShort.selector, 1 hours - 1, 1 hours));
        new Distributor(token, ROOT_SETTER, releaser, GUARDIAN, 1 hours - 1, DOMAIN);
    }

    function expectRefused(uint64 epoch, uint256 total, bytes memory signature, bytes memory reason) private {
        vm.prank(ROOT_SETTER);
        vm.expectRevert(reason);
        distributor.proposeRoot(ROOT, epoch, total, "file", signature);
    }
}
