// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {BountyEscrow} from "../src/BountyEscrow.sol";
import {TestUSD} from "../src/TestUSD.sol";
import {IBountyEscrow, Payment, Phase, Pool, Terms} from "../src/interfaces/IBountyEscrow.sol";
import {IERC3009} from "../src/interfaces/IERC3009.sol";
import {Signatures} from "../src/lib/Signatures.sol";
import {BountyEscrowFixture} from "./BountyEscrowFixture.t.sol";
import {vm} from "./Vm.sol";

contract BountyEscrowFundingTest is BountyEscrowFixture {
    function test_EntryIdIsTheTypedDigestOfTheTerms() public view {
        assertEq(escrow.entryIdOf(terms()), entryId(terms()), "entry id");
        assertEq(escrow.topUpNonceOf("e", "s"), topUpNonce("e", "s"), "top-up nonce");
    }

    function test_FundOpensAnEntry() public {
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.EntryFunded(entryId(terms()), terms().bounty, funder, 10e6);
        bytes32 id = fund(terms(), 10e6);
        assertEq(uint8(escrow.entryOf(id).phase), uint8(Phase.Open), "phase");
        assertEq(usd.balanceOf(address(escrow)), 10e6, "balance");
        assertEntry(terms(), 0, 0, 10e6, 0);
    }

    function test_FundTwiceReverts() public {
        bytes32 id = fund(terms(), 10e6);
        bytes memory signature = authorize(FUNDER_KEY, 10e6, 0, FOREVER, id);
        vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.AlreadyFunded.selector, id));
        escrow.fund(terms(), 10e6, 0, FOREVER, signature);
    }

    /// Whatever word of the terms a relayer changes, the authorization is for another entry.
    function testFuzz_ARelayerCannotChangeTheTerms(uint256 word, uint256 change) public {
        Terms memory t = terms();
        bytes memory signature = authorize(FUNDER_KEY, 10e6, 0, FOREVER, entryId(t));
        word = bound(word, 0, 9);
        address other = address(uint160(bound(change, 0x10000, 0x20000)));
        if (word == 0) t.bounty = bytes32(uint256(uint160(other)));
        else if (word == 1) t.refundTo = other;
        else if (word == 2) t.releaser = other;
        else if (word == 3) t.cosigner = other;
        else if (word == 4) t.cosignAbove = bound(change, 1, FOREVER);
        else if (word == 5) t.distributor = other;
        else if (word == 6) t.feeTo = other;
        else if (word == 7) t.feeBps = uint16(bound(change, FEE_BPS + 1, 1_000));
        else if (word == 8) t.deadline = uint64(bound(change, DEADLINE + 1, type(uint64).max));
        else t.grace = uint64(bound(change, GRACE + 1, type(uint64).max));
        vm.expectRevert(abi.encodeWithSelector(Signatures.InvalidSignature.selector, funder));
        escrow.fund(t, 10e6, 0, FOREVER, signature);
    }

    function test_ARelayerCannotChangeTheAmount() public {
        bytes memory signature = authorize(FUNDER_KEY, 10e6, 0, FOREVER, entryId(terms()));
        vm.expectRevert(abi.encodeWithSelector(Signatures.InvalidSignature.selector, funder));
        escrow.fund(terms(), 11e6, 0, FOREVER, signature);
    }

    function test_AnotherFundersAuthorizationDoesNotCount() public {
        usd.mint(vm.addr(STRANGER_KEY), 10e6);
        bytes memory signature = authorize(STRANGER_KEY, 10e6, 0, FOREVER, entryId(terms()));
        vm.expectRevert(abi.encodeWithSelector(Signatures.InvalidSignature.selector, funder));
        escrow.fund(terms(), 10e6, 0, FOREVER, signature);
    }

    function test_AMalleatedAuthorizationReverts() public {
        bytes memory signature = malleated(authorize(FUNDER_KEY, 10e6, 0, FOREVER, entryId(terms())));
        vm.expectRevert(abi.encodeWithSelector(Signatures.InvalidSignature.selector, funder));
        escrow.fund(terms(), 10e6, 0, FOREVER, signature);
    }

    function test_AnExpiredAuthorizationReverts() public {
        bytes memory signature = authorize(FUNDER_KEY, 10e6, 0, START, entryId(terms()));
        vm.expectRevert(abi.encodeWithSelector(TestUSD.AuthorizationExpired.selector, uint256(START)));
        escrow.fund(terms(), 10e6, 0, START, signature);
    }

    function test_AnAuthorizationNotYetValidReverts() public {
        bytes memory signature = authorize(FUNDER_KEY, 10e6, START, FOREVER, entryId(terms()));
        vm.expectRevert(abi.encodeWithSelector(TestUSD.AuthorizationNotYetValid.selector, uint256(START)));
        escrow.fund(terms(), 10e6, START, FOREVER, signature);
    }

    function test_AReplayedTopUpReverts() public {
        fund(terms(), 10e6);
        topUp(terms(), "1", 5e6);
        bytes32 nonce = topUpNonce(entryId(terms()), "1");
        bytes memory signature = authorize(FUNDER_KEY, 5e6, 0, FOREVER, nonce);
        vm.expectRevert(abi.encodeWithSelector(TestUSD.AuthorizationAlreadyUsed.selector, funder, nonce));
        escrow.topUp(terms(), "1", 5e6, 0, FOREVER, signature);
        topUp(terms(), "2", 5e6);
        assertEntry(terms(), 0, 0, 20e6, 0);
    }

    function test_AnInsufficientBalanceReverts() public {
        bytes memory signature = authorize(FUNDER_KEY, 1_001e6, 0, FOREVER, entryId(terms()));
        bytes4 refused = bytes4(keccak256("ERC20InsufficientBalance(address,uint256,uint256)"));
        vm.expectRevert(abi.encodeWithSelector(refused, funder, 1_000e6, 1_001e6));
        escrow.fund(terms(), 1_001e6, 0, FOREVER, signature);
    }

    function test_AnAuthorizationForAnotherChainReverts() public {
        bytes memory signature = authorize(FUNDER_KEY, 10e6, 0, FOREVER, entryId(terms()));
        vm.chainId(8453);
        vm.expectRevert(abi.encodeWithSelector(Signatures.InvalidSignature.selector, funder));
        escrow.fund(terms(), 10e6, 0, FOREVER, signature);
    }

    function test_TermsNobodyShouldSignRevert() public {
        Terms memory t = terms();
        t.releaser = address(0);
        expectRefused(t, abi.encodeWithSelector(IBountyEscrow.MissingAddress.selector));
        t = terms();
        t.refundTo = address(0);
        expectRefused(t, abi.encodeWithSelector(IBountyEscrow.MissingAddress.selector));
        t = terms();
        t.feeTo = address(0);
        expectRefused(t, abi.encodeWithSelector(IBountyEscrow.MissingAddress.selector));
        t = terms();
        t.cosigner = releaser;
        expectRefused(t, abi.encodeWithSelector(IBountyEscrow.SignersNotDistinct.selector, releaser));
        t = terms();
        t.refundTo = address(escrow);
        expectRefused(t, abi.encodeWithSelector(IBountyEscrow.ForbiddenPayee.selector, address(escrow)));
        t = terms();
        t.distributor = address(escrow);
        expectRefused(t, abi.encodeWithSelector(IBountyEscrow.ForbiddenPayee.selector, address(escrow)));
        t = terms();
        t.feeBps = 1_001;
        expectRefused(t, abi.encodeWithSelector(IBountyEscrow.FeeAboveCap.selector, 1_001, 1_000));
        t = terms();
        t.grace = GRACE - 1;
        expectRefused(t, abi.encodeWithSelector(IBountyEscrow.GraceTooShort.selector, GRACE - 1, 14 days));
        t = terms();
        t.deadline = START - 1;
        expectRefused(t, abi.encodeWithSelector(IBountyEscrow.DeadlinePassed.selector, START - 1));
    }

    function test_NoMoneyComesInAfterTheDeadline() public {
        fund(terms(), 10e6);
        bytes memory signature = authorize(FUNDER_KEY, 1e6, 0, FOREVER, topUpNonce(entryId(terms()), "1"));
        vm.warp(DEADLINE + 1);
        vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.DeadlinePassed.selector, DEADLINE));
        escrow.topUp(terms(), "1", 1e6, 0, FOREVER, signature);
    }

    function test_TopUpOfNothingOrOfNoEntryReverts() public {
        bytes32 id = entryId(terms());
        bytes memory signature = authorize(FUNDER_KEY, 1e6, 0, FOREVER, topUpNonce(id, "1"));
        vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.NotOpen.selector, id, Phase.None));
        escrow.topUp(terms(), "1", 1e6, 0, FOREVER, signature);
        fund(terms(), 10e6);
        vm.expectRevert(IBountyEscrow.ZeroAmount.selector);
        escrow.topUp(terms(), "1", 0, 0, FOREVER, signature);
    }

    function test_AnAmountAboveTheSlotReverts() public {
        uint256 amount = uint256(type(uint80).max) + 1;
        bytes memory signature = authorize(FUNDER_KEY, amount, 0, FOREVER, entryId(terms()));
        vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.AmountTooLarge.selector, amount));
        escrow.fund(terms(), amount, 0, FOREVER, signature);
    }

    function test_ATokenWithoutCodeIsRefused() public {
        vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.NoCode.selector, address(0x1234)));
        new BountyEscrow(IERC3009(address(0x1234)), DOMAIN);
    }

    function expectRefused(Terms memory t, bytes memory reason) private {
        bytes memory signature = authorize(FUNDER_KEY, 1e6, 0, FOREVER, entryId(t));
        vm.expectRevert(reason);
        escrow.fund(t, 1e6, 0, FOREVER, signature);
    }
}
