// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Distributor} from "../src/Distributor.sol";
import {TestUSD} from "../src/TestUSD.sol";
import {Award} from "../src/interfaces/IDistributor.sol";
import {Test, vm} from "./Vm.sol";

/// A Distributor with money in it, its keys, and trees of three awards.
abstract contract DistributorFixture is Test {
    string internal constant DOMAIN = "Groundtruth Test";
    uint64 internal constant START = 1_800_000_000;
    uint64 internal constant DELAY = 1 hours;
    uint256 internal constant RELEASER_KEY = 0x5E;
    uint256 internal constant STRANGER_KEY = 0xBAD;
    address internal constant ROOT_SETTER = address(0x2007);
    address internal constant GUARDIAN = address(0x6A);
    address internal immutable releaser = vm.addr(RELEASER_KEY);

    TestUSD internal usd;
    Distributor internal distributor;

    function setUp() public virtual {
        vm.warp(START);
        usd = new TestUSD(address(this));
        distributor = new Distributor(usd, ROOT_SETTER, releaser, GUARDIAN, DELAY, DOMAIN);
        usd.mint(address(distributor), 1_000e6);
    }

    function awardsOf(uint256 count, uint64 epoch, uint256 each) internal pure returns (Award[] memory awards) {
        awards = new Award[](count);
        for (uint256 i; i < count; ++i) {
            bytes32 salt = keccak256(abi.encode(epoch, i));
            awards[i] = Award(address(uint160(0xA000 + i)), each, salt, new bytes32[](0));
        }
    }

    /// The root over three awards, whose proofs it fills in: ((0, 1), 2).
    function treeOf(Award[] memory awards) internal pure returns (bytes32) {
        bytes32 a = leafOf(awards[0]);
        bytes32 b = leafOf(awards[1]);
        bytes32 c = leafOf(awards[2]);
        bytes32 ab = pair(a, b);
        (awards[0].proof, awards[1].proof, awards[2].proof) = (new bytes32[](2), new bytes32[](2), new bytes32[](1));
        (awards[0].proof[0], awards[0].proof[1]) = (b, c);
        (awards[1].proof[0], awards[1].proof[1]) = (a, c);
        awards[2].proof[0] = ab;
        return pair(ab, c);
    }

    function leafOf(Award memory award) internal pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(award.account, award.cumulative, award.salt))));
    }

    function pair(bytes32 a, bytes32 b) internal pure returns (bytes32) {
        return a < b ? keccak256(abi.encodePacked(a, b)) : keccak256(abi.encodePacked(b, a));
    }

    function propose(bytes32 root, uint64 epoch, uint256 total) internal {
        bytes memory signature = signed(RELEASER_KEY, rootDigest(root, epoch, total));
        vm.prank(ROOT_SETTER);
        distributor.proposeRoot(root, epoch, total, "file", signature);
    }

    function activate(Award[] memory awards, uint64 epoch) internal returns (Award[] memory) {
        propose(treeOf(awards), epoch, awards[0].cumulative + awards[1].cumulative + awards[2].cumulative);
        vm.warp(vm.getBlockTimestamp() + DELAY);
        return awards;
    }

    function rootDigest(bytes32 root, uint64 epoch, uint256 total) internal view returns (bytes32) {
        bytes32 typehash = keccak256("Root(bytes32 root,uint64 epoch,uint256 totalCumulative)");
        return typed(keccak256(abi.encode(typehash, root, epoch, total)));
    }

    function claimToDigest(Award memory award, address to, uint256 deadline) internal view returns (bytes32) {
        bytes32 typehash = keccak256("ClaimTo(address account,address to,uint256 cumulative,uint256 deadline)");
        return typed(keccak256(abi.encode(typehash, award.account, to, award.cumulative, deadline)));
    }

    function typed(bytes32 structHash) internal view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256(bytes(DOMAIN)),
                keccak256("1"),
                block.chainid,
                address(distributor)
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }
}
