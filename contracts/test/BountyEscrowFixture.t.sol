// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {BountyEscrow} from "../src/BountyEscrow.sol";
import {TestUSD} from "../src/TestUSD.sol";
import {Payment, Pool, Terms} from "../src/interfaces/IBountyEscrow.sol";
import {Test, vm} from "./Vm.sol";

/// An escrow, its token, the people around it, and their signatures. The messages are typed out again here, so that a
/// changed type string in the contract fails.
abstract contract BountyEscrowFixture is Test {
    string internal constant DOMAIN = "Groundtruth Test";
    uint64 internal constant START = 1_800_000_000;
    uint64 internal constant DEADLINE = START + 1 days;
    uint64 internal constant GRACE = 14 days;
    uint16 internal constant FEE_BPS = 500;
    uint256 internal constant FOREVER = type(uint256).max;

    uint256 internal constant FUNDER_KEY = 0xF0;
    uint256 internal constant RELEASER_KEY = 0x5E;
    uint256 internal constant COSIGNER_KEY = 0xC0;
    uint256 internal constant STRANGER_KEY = 0xBAD;

    address internal immutable funder = vm.addr(FUNDER_KEY);
    address internal immutable releaser = vm.addr(RELEASER_KEY);
    address internal constant REFUND_TO = address(0xF1);
    address internal constant FEE_TO = address(0xFEE);
    address internal constant POOL = address(0xD157);
    address internal constant PAYEE = address(0xA11CE);

    TestUSD internal usd;
    BountyEscrow internal escrow;

    function setUp() public virtual {
        vm.warp(START);
        usd = new TestUSD(address(this));
        escrow = new BountyEscrow(usd, DOMAIN);
        usd.mint(funder, 1_000e6);
    }

    function terms() internal view returns (Terms memory) {
        return Terms({
            bounty: keccak256("bty_1"),
            funder: funder,
            refundTo: REFUND_TO,
            releaser: releaser,
            cosigner: address(0),
            cosignAbove: 0,
            distributor: POOL,
            feeTo: FEE_TO,
            feeBps: FEE_BPS,
            deadline: DEADLINE,
            grace: GRACE,
            salt: bytes32(uint256(1))
        });
    }

    function payment(uint256 amount) internal pure returns (Payment memory) {
        return Payment(keccak256("capture"), PAYEE, amount);
    }

    function ceilFee(uint256 amount) internal pure returns (uint256) {
        return (amount * FEE_BPS + 9_999) / 10_000;
    }

    function fund(Terms memory t, uint256 amount) internal returns (bytes32) {
        bytes32 id = entryId(t);
        return escrow.fund(t, amount, 0, FOREVER, authorize(FUNDER_KEY, amount, 0, FOREVER, id));
    }

    function topUp(Terms memory t, bytes32 salt, uint256 amount) internal {
        bytes32 nonce = topUpNonce(entryId(t), salt);
        escrow.topUp(t, salt, amount, 0, FOREVER, authorize(FUNDER_KEY, amount, 0, FOREVER, nonce));
    }

    function release(Terms memory t, Payment memory p, uint256 paidBefore) internal {
        escrow.release(t, p, paidBefore, signed(RELEASER_KEY, releaseDigest(t, p, paidBefore)), "");
    }

    function releaseMany(Terms memory t, Payment[] memory list, uint256 paidBefore) internal {
        escrow.releaseMany(t, list, paidBefore, signed(RELEASER_KEY, releaseManyDigest(t, list, paidBefore)), "");
    }

    function releasePool(Terms memory t, Pool memory p, uint256 paidBefore) internal {
        escrow.releasePool(t, p, paidBefore, signed(RELEASER_KEY, releasePoolDigest(t, p, paidBefore)), "");
    }

    function close(Terms memory t, uint256 owedTotal) internal {
        escrow.close(t, owedTotal, signed(RELEASER_KEY, closingDigest(t, owedTotal)), "");
    }

    function assertEntry(Terms memory t, uint256 paid, uint256 owed, uint256 refundable, uint256 refunded)
        internal
        view
    {
        (uint256 a, uint256 b, uint256 c, uint256 d, uint256 e) = escrow.accountOf(entryId(t));
        assertEq(b, paid, "paid");
        assertEq(c, owed, "owed");
        assertEq(d, refundable, "refundable");
        assertEq(e, refunded, "refunded");
        assertEq(a, b + c + d + e, "funded = paid + owed + refundable + refunded");
    }

    function entryId(Terms memory t) internal view returns (bytes32) {
        return typed(
            keccak256(
                abi.encode(
                    keccak256(
                        "Terms(bytes32 bounty,address funder,address refundTo,address releaser,address cosigner,uint256 cosignAbove,address distributor,address feeTo,uint16 feeBps,uint64 deadline,uint64 grace,bytes32 salt)"
                    ),
                    t
                )
            )
        );
    }

    function topUpNonce(bytes32 id, bytes32 salt) internal pure returns (bytes32) {
        return keccak256(abi.encode(keccak256("TopUp(bytes32 entry,bytes32 salt)"), id, salt));
    }

    function releaseDigest(Terms memory t, Payment memory p, uint256 paidBefore) internal view returns (bytes32) {
        bytes32 typehash =
            keccak256("Release(bytes32 entry,bytes32 capture,address to,uint256 amount,uint256 paidBefore)");
        return typed(keccak256(abi.encode(typehash, entryId(t), p.capture, p.to, p.amount, paidBefore)));
    }

    function releaseManyDigest(Terms memory t, Payment[] memory list, uint256 paidBefore)
        internal
        view
        returns (bytes32)
    {
        bytes memory hashes;
        bytes32 each = keccak256("Payment(bytes32 capture,address to,uint256 amount)");
        for (uint256 i; i < list.length; ++i) {
            hashes = bytes.concat(hashes, keccak256(abi.encode(each, list[i].capture, list[i].to, list[i].amount)));
        }
        bytes32 typehash = keccak256(
            "ReleaseMany(bytes32 entry,Payment[] payments,uint256 paidBefore)Payment(bytes32 capture,address to,uint256 amount)"
        );
        return typed(keccak256(abi.encode(typehash, entryId(t), keccak256(hashes), paidBefore)));
    }

    function releasePoolDigest(Terms memory t, Pool memory p, uint256 paidBefore) internal view returns (bytes32) {
        bytes32 typehash = keccak256(
            "ReleasePool(bytes32 entry,bytes32 capturesRoot,uint16 count,uint256 total,uint256 fee,uint256 paidBefore)"
        );
        return typed(keccak256(abi.encode(typehash, entryId(t), p.capturesRoot, p.count, p.total, p.fee, paidBefore)));
    }

    function closingDigest(Terms memory t, uint256 owedTotal) internal view returns (bytes32) {
        bytes32 typehash = keccak256("ClosingStatement(bytes32 entry,uint256 owedTotal)");
        return typed(keccak256(abi.encode(typehash, entryId(t), owedTotal)));
    }

    /// The token's authorization to pay `amount` into the escrow.
    function authorize(uint256 key, uint256 amount, uint256 validAfter, uint256 validBefore, bytes32 nonce)
        internal
        view
        returns (bytes memory)
    {
        bytes32 typehash = keccak256(
            "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
        );
        bytes32 hash =
            keccak256(abi.encode(typehash, vm.addr(key), address(escrow), amount, validAfter, validBefore, nonce));
        return signed(key, digestIn("Test USD", "2", address(usd), hash));
    }

    function typed(bytes32 structHash) internal view returns (bytes32) {
        return digestIn(DOMAIN, "1", address(escrow), structHash);
    }

    function digestIn(string memory name, string memory version, address verifier, bytes32 structHash)
        internal
        view
        returns (bytes32)
    {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256(bytes(name)),
                keccak256(bytes(version)),
                block.chainid,
                verifier
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }

    /// The other signature of the same message: n - s with the other v.
    function malleated(bytes memory signature) internal pure returns (bytes memory) {
        (bytes32 r, bytes32 s, uint8 v) = (bytes32(0), bytes32(0), uint8(signature[64]));
        assembly {
            r := mload(add(signature, 0x20))
            s := mload(add(signature, 0x40))
        }
        uint256 n = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
        return abi.encodePacked(r, bytes32(n - uint256(s)), v == 27 ? uint8(28) : uint8(27));
    }
}
