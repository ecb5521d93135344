// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IBountyEscrow, Payment, Phase, Pool, Terms} from "../src/interfaces/IBountyEscrow.sol";
import {Signatures} from "../src/lib/Signatures.sol";
import {Blocklist, Vault} from "./BountyEscrowDoubles.t.sol";
import {BountyEscrowFixture} from "./BountyEscrowFixture.t.sol";
import {vm} from "./Vm.sol";

contract BountyEscrowReleaseTest is BountyEscrowFixture {
    function setUp() public override {
        super.setUp();
        fund(terms(), 100e6);
    }

    function testFuzz_AReleasePaysThePayeeAndTheFeeRoundedUp(uint256 amount) public {
        amount = bound(amount, 1, 95e6);
        uint256 fee = ceilFee(amount);
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.CapturePaid(entryId(terms()), keccak256("capture"), PAYEE, amount, fee);
        release(terms(), payment(amount), 0);
        assertEq(usd.balanceOf(PAYEE), amount, "payee");
        assertEq(usd.balanceOf(FEE_TO), fee, "fee");
        assertEntry(terms(), amount + fee, 0, 100e6 - amount - fee, 0);
    }

    function test_AReleaseLandsOnce() public {
        Payment memory p = payment(10e6);
        bytes memory signature = signed(RELEASER_KEY, releaseDigest(terms(), p, 0));
        escrow.release(terms(), p, 0, signature, "");
        vm.expectRevert(outOfOrder(10.5e6, 0));
        escrow.release(terms(), p, 0, signature, "");
    }

    function test_AReleaseAheadOfItsTurnReverts() public {
        Payment memory p = payment(10e6);
        bytes memory signature = signed(RELEASER_KEY, releaseDigest(terms(), p, 10.5e6));
        vm.expectRevert(outOfOrder(0, 10.5e6));
        escrow.release(terms(), p, 10.5e6, signature, "");
        release(terms(), p, 0);
        escrow.release(terms(), p, 10.5e6, signature, "");
        assertEq(usd.balanceOf(PAYEE), 20e6, "payee");
    }

    function test_NeverMoreThanFunded() public {
        Payment memory p = payment(95.3e6);
        bytes memory signature = signed(RELEASER_KEY, releaseDigest(terms(), p, 0));
        uint256 needed = 95.3e6 + ceilFee(95.3e6);
        vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.ExceedsEntry.selector, entryId(terms()), 100e6, needed));
        escrow.release(terms(), p, 0, signature, "");
    }

    function test_AnotherEntrysMoneyIsNotTouched() public {
        Terms memory other = terms();
        other.salt = "other";
        fund(other, 100e6);
        Payment memory p = payment(96e6);
        bytes memory signature = signed(RELEASER_KEY, releaseDigest(other, p, 0));
        vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.ExceedsEntry.selector, entryId(other), 100e6, 100.8e6));
        escrow.release(other, p, 0, signature, "");
    }

    function test_OnlyTheReleasersOwnUnchangedSignatureCounts() public {
        Payment memory p = payment(10e6);
        bytes32 digest = releaseDigest(terms(), p, 0);
        expectInvalid(p, signed(STRANGER_KEY, digest));
        expectInvalid(p, signed(FUNDER_KEY, digest));
        expectInvalid(p, malleated(signed(RELEASER_KEY, digest)));
        expectInvalid(p, bytes.concat(signed(RELEASER_KEY, digest), hex"00"));
        expectInvalid(p, "");
        expectInvalid(p, new bytes(65));
        expectInvalid(Payment(p.capture, address(0xBAD), p.amount), signed(RELEASER_KEY, digest));
        expectInvalid(payment(11e6), signed(RELEASER_KEY, digest));
        expectInvalid(Payment("other", PAYEE, p.amount), signed(RELEASER_KEY, digest));
    }

    function test_AReleaseForAnotherEntryIsForeign() public {
        Terms memory other = terms();
        other.salt = "other";
        fund(other, 100e6);
        expectInvalid(payment(10e6), signed(RELEASER_KEY, releaseDigest(other, payment(10e6), 0)));
    }

    function test_ARelayersOwnTermsNameAnEntryThatIsEmpty() public {
        Terms memory forged = terms();
        forged.releaser = vm.addr(STRANGER_KEY);
        bytes memory signature = signed(STRANGER_KEY, releaseDigest(forged, payment(10e6), 0));
        vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.NotOpen.selector, entryId(forged), Phase.None));
        escrow.release(forged, payment(10e6), 0, signature, "");
    }

    function test_NothingAndNobodyCannotBePaid() public {
        vm.expectRevert(IBountyEscrow.ZeroAmount.selector);
        escrow.release(terms(), payment(0), 0, "", "");
        vm.expectRevert(IBountyEscrow.ZeroAmount.selector);
        escrow.releaseMany(terms(), new Payment[](0), 0, "", "");
        vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.ForbiddenPayee.selector, address(0)));
        escrow.release(terms(), Payment("c", address(0), 1), 0, "", "");
        vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.ForbiddenPayee.selector, address(escrow)));
        escrow.release(terms(), Payment("c", address(escrow), 1), 0, "", "");
    }

    function testFuzz_ManyPayWhatSingleReleasesWould(uint256 seed, uint256 count) public {
        count = bound(count, 1, 20);
        Payment[] memory list = new Payment[](count);
        uint256 paid;
        for (uint256 i; i < count; ++i) {
            uint256 amount = bound(uint256(keccak256(abi.encode(seed, i))), 1, 4e6);
            list[i] = Payment(bytes32(i), address(uint160(0x1000 + i)), amount);
            paid += amount + ceilFee(amount);
        }
        releaseMany(terms(), list, 0);
        uint256 fees;
        for (uint256 i; i < count; ++i) {
            assertEq(usd.balanceOf(list[i].to), list[i].amount, "payee");
            fees += ceilFee(list[i].amount);
        }
        assertEq(usd.balanceOf(FEE_TO), fees, "fees");
        assertEntry(terms(), paid, 0, 100e6 - paid, 0);
    }

    function test_AListLandsOnceAndUnchanged() public {
        Payment[] memory list = new Payment[](2);
        list[0] = Payment("a", address(0xA), 10e6);
        list[1] = Payment("b", address(0xB), 20e6);
        bytes memory signature = signed(RELEASER_KEY, releaseManyDigest(terms(), list, 0));
        list[1].to = address(0xBAD);
        vm.expectRevert(abi.encodeWithSelector(Signatures.InvalidSignature.selector, releaser));
        escrow.releaseMany(terms(), list, 0, signature, "");
        list[1].to = address(0xB);
        escrow.releaseMany(terms(), list, 0, signature, "");
        vm.expectRevert(outOfOrder(31.5e6, 0));
        escrow.releaseMany(terms(), list, 0, signature, "");
    }

    function test_APoolPaysTheDistributorOfTheTerms() public {
        Pool memory pool = Pool("captures", 3, 30e6, 1.5e6);
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.PoolPaid(entryId(terms()), "captures", 3, 30e6, 1.5e6);
        releasePool(terms(), pool, 0);
        assertEq(usd.balanceOf(POOL), 30e6, "distributor");
        assertEq(usd.balanceOf(FEE_TO), 1.5e6, "fee");
        bytes memory again = signed(RELEASER_KEY, releasePoolDigest(terms(), pool, 0));
        vm.expectRevert(outOfOrder(31.5e6, 0));
        escrow.releasePool(terms(), pool, 0, again, "");
    }

    /// The pool's fee is exactly what the ledger charges for its captures: the sum of their fees, each rounded up.
    function testFuzz_ThePoolsFeeMayBeTheSumOfItsCapturesFees(uint256 seed, uint16 count) public {
        count = uint16(bound(count, 1, 100));
        Pool memory pool = Pool("captures", count, 0, 0);
        for (uint256 i; i < count; ++i) {
            uint256 amount = bound(uint256(keccak256(abi.encode(seed, i))), 1, 0.9e6);
            pool.total += amount;
            pool.fee += ceilFee(amount);
        }
        releasePool(terms(), pool, 0);
        assertEq(usd.balanceOf(FEE_TO), pool.fee, "fee");
    }

    function test_AWrongFeeReverts() public {
        expectWrongFee(Pool("captures", 3, 30e6, 1.5e6 - 1));
        expectWrongFee(Pool("captures", 3, 30e6, 1.5e6 + 3));
        releasePool(terms(), Pool("captures", 3, 30e6, 1.5e6 + 2), 0);
    }

    function test_WithoutAFeeThereIsNone() public {
        Terms memory free = terms();
        free.feeBps = 0;
        free.feeTo = address(0);
        fund(free, 10e6);
        bytes memory signature = signed(RELEASER_KEY, releasePoolDigest(free, Pool("c", 3, 9e6, 1), 0));
        vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.WrongFee.selector, 0, 0, 1));
        escrow.releasePool(free, Pool("c", 3, 9e6, 1), 0, signature, "");
        release(free, payment(10e6), 0);
        assertEq(usd.balanceOf(PAYEE), 10e6, "payee");
    }

    function test_APoolNeedsADistributorAndSomethingToPay() public {
        vm.expectRevert(IBountyEscrow.ZeroAmount.selector);
        escrow.releasePool(terms(), Pool("c", 0, 1, 0), 0, "", "");
        vm.expectRevert(IBountyEscrow.ZeroAmount.selector);
        escrow.releasePool(terms(), Pool("c", 1, 0, 0), 0, "", "");
        Terms memory t = terms();
        t.distributor = address(0);
        bytes32 id = fund(t, 10e6);
        vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.NoDistributor.selector, id));
        escrow.releasePool(t, Pool("c", 1, 1, 1), 0, "", "");
    }

    function test_AboveTheValueBothMustSign() public {
        Terms memory t = terms();
        t.cosigner = vm.addr(COSIGNER_KEY);
        t.cosignAbove = 10.5e6;
        fund(t, 100e6);
        release(t, payment(10e6), 0); // moves 10.5 with its fee: not above
        Payment memory large = payment(10e6 + 1);
        bytes32 digest = releaseDigest(t, large, 10.5e6);
        bytes memory signature = signed(RELEASER_KEY, digest);
        vm.expectRevert(abi.encodeWithSelector(Signatures.InvalidSignature.selector, t.cosigner));
        escrow.release(t, large, 10.5e6, signature, "");
        vm.expectRevert(abi.encodeWithSelector(Signatures.InvalidSignature.selector, t.cosigner));
        escrow.release(t, large, 10.5e6, signature, signature);
        escrow.release(t, large, 10.5e6, signature, signed(COSIGNER_KEY, digest));

        digest = closingDigest(t, 50e6);
        signature = signed(RELEASER_KEY, digest);
        vm.expectRevert(abi.encodeWithSelector(Signatures.InvalidSignature.selector, t.cosigner));
        escrow.close(t, 50e6, signature, "");
        escrow.close(t, 50e6, signature, signed(COSIGNER_KEY, digest));
    }

    function test_AContractMaySignAsReleaser() public {
        Terms memory t = terms();
        t.releaser = address(new Vault(releaser));
        fund(t, 10e6);
        release(t, payment(5e6), 0);
        assertEq(usd.balanceOf(PAYEE), 5e6, "payee");
        Payment memory p = payment(1e6);
        bytes memory signature = signed(STRANGER_KEY, releaseDigest(t, p, 5.25e6));
        vm.expectRevert(abi.encodeWithSelector(Signatures.InvalidSignature.selector, t.releaser));
        escrow.release(t, p, 5.25e6, signature, "");
    }

    /// A payee whom the token refuses holds up nobody behind it, and loses nothing.
    function test_ARefusedPayeeIsPaidLater() public {
        vm.etch(address(usd), address(new Blocklist()).code);
        Blocklist(address(usd)).blockAccount(PAYEE, true);
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.Undelivered(PAYEE, 10e6);
        release(terms(), payment(10e6), 0);
        release(terms(), Payment("b", address(0xB), 20e6), 10.5e6);
        assertEq(usd.balanceOf(address(0xB)), 20e6, "the payee behind");
        assertEq(escrow.undelivered(PAYEE), 10e6, "undelivered");

        escrow.deliver(PAYEE); // still refused: still waiting
        assertEq(escrow.undelivered(PAYEE), 10e6, "undelivered");
        Blocklist(address(usd)).blockAccount(PAYEE, false);
        escrow.deliver(PAYEE);
        assertEq(usd.balanceOf(PAYEE), 10e6, "payee");
        vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.NothingUndelivered.selector, PAYEE));
        escrow.deliver(PAYEE);
    }

    function expectInvalid(Payment memory p, bytes memory signature) private {
        vm.expectRevert(abi.encodeWithSelector(Signatures.InvalidSignature.selector, releaser));
        escrow.release(terms(), p, 0, signature, "");
    }

    function expectWrongFee(Pool memory pool) private {
        bytes memory signature = signed(RELEASER_KEY, releasePoolDigest(terms(), pool, 0));
        uint256 least = 1.5e6;
        vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.WrongFee.selector, least, least + 2, pool.fee));
        escrow.releasePool(terms(), pool, 0, signature, "");
    }

    function outOfOrder(uint256 expected, uint256 given) private view returns (bytes memory) {
        return abi.encodeWithSelector(IBountyEscrow.OutOfOrder.selector, entryId(terms()), expected, given);
    }
}
