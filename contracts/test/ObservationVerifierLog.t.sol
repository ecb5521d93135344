// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ObservationVerifier} from "../src/ObservationVerifier.sol";
import {Inclusion} from "../src/lib/Inclusion.sol";
import {ObservationLeaf} from "../src/lib/ObservationLeaf.sol";
import {LogRoot, Observation} from "../src/lib/ObservationTypes.sol";
import {ObservationVerifierBase} from "./ObservationVerifierBase.t.sol";
import {vm} from "./Vm.sol";

/// The libraries by external call, as `calldata` needs it.
contract LogHarness {
    function encode(string calldata id, bytes32 commitment) external pure returns (bytes memory) {
        return ObservationLeaf.encode(id, commitment);
    }

    function leafHash(string calldata id, bytes32 commitment) external pure returns (bytes32) {
        return Inclusion.leafHash(ObservationLeaf.encode(id, commitment));
    }

    function rootOf(bytes32 leaf, uint64 index, uint64 size, bytes32[] calldata path) external pure returns (bytes32) {
        return Inclusion.rootOf(leaf, index, size, path);
    }
}

contract ObservationVerifierLogTest is ObservationVerifierBase {
    LogHarness private harness;
    bytes32[] private leaves;

    function setUp() public override {
        super.setUp();
        harness = new LogHarness();
        for (uint256 n = 0; n < ENTRIES; ++n) {
            leaves.push(harness.leafHash(entryId(n), commitment(n)));
        }
    }

    // The definition of RFC 9162, 2.1.1 and 2.1.3.1, to compare with.

    function split(uint256 count) private pure returns (uint256 k) {
        k = 1;
        while (2 * k < count) k *= 2;
    }

    function treeRoot(uint256 from, uint256 to) private view returns (bytes32) {
        if (to - from == 1) return leaves[from];
        uint256 k = split(to - from);
        return sha256(abi.encodePacked(hex"01", treeRoot(from, from + k), treeRoot(from + k, to)));
    }

    function treePath(uint256 n, uint256 from, uint256 to) private view returns (bytes32[] memory path) {
        if (to - from == 1) return path;
        uint256 k = split(to - from);
        bytes32[] memory below = n < from + k ? treePath(n, from, from + k) : treePath(n, from + k, to);
        path = new bytes32[](below.length + 1);
        for (uint256 i = 0; i < below.length; ++i) {
            path[i] = below[i];
        }
        path[below.length] = n < from + k ? treeRoot(from + k, to) : treeRoot(from, from + k);
    }

    function rootSignature(ObservationVerifier verifier, LogRoot memory root) private view returns (bytes memory) {
        return signed(LOG_KEY, verifier.logRootDigest(root));
    }

    function proveLive(uint256 n, uint256 size) private view {
        live.verifyLogged(
            observationOf(n),
            signaturesFor(live, observationOf(n), 2),
            commitment(n),
            rootOfSize(size),
            rootSignature(live, rootOfSize(size)),
            uint64(n),
            treePath(n, 0, size)
        );
    }

    function test_leaf_bytes_and_hash_are_those_of_the_sdk() public view {
        bytes memory expected =
            '{"commitment":"bb421db00ad31f19c6a5772d23c774547bb51db885b7b2e01e30430fe4cc8d0c","id":"obs_00000000000000000000000000000001","type":"observation","v":1}';
        assertEq(keccak256(harness.encode(entryId(0), commitment(0))), keccak256(expected), "leaf bytes");
        assertEq(leaves[0], LEAF_0_GOLDEN, "leaf 0");
        assertEq(leaves[8], 0x039c799c55ebf437f82e8cb1aa4620eefed9f37bae11528fba079b28d8ad91e2, "leaf 8");
    }

    function test_every_entry_of_every_size_is_proved() public view {
        for (uint256 size = 1; size <= ENTRIES; ++size) {
            assertEq(treeRoot(0, size), rootGolden(size), "the definition gives the SDK's root");
            for (uint256 n = 0; n < size; ++n) {
                bytes32 root = harness.rootOf(leaves[n], uint64(n), uint64(size), treePath(n, 0, size));
                assertEq(root, rootGolden(size), "the path leads to the root");
            }
        }
    }

    /// Paths that the SDK's test tree gave and `rootOfInclusion` accepted.
    function test_paths_of_the_sdk_lead_to_its_roots() public view {
        bytes32[] memory path = new bytes32[](3);
        path[0] = 0x9c10190631c630aa5310c9e1523b1179328151669dafae6cdeb9890ab97e3235;
        path[1] = 0xc05a31f7ca5556b40c79156255cfc42fdedd5894d5ddad0886f83d6006888749;
        path[2] = 0x6384d514b84b61d70700e2a2e5ba90d60b296524988d4665e89ba10438e24305;
        assertEq(harness.rootOf(leaves[2], 2, 7, path), rootGolden(7), "2 of 7");
        path = new bytes32[](2);
        path[0] = 0x8c4040d26028858e1ad9f0b0a57d38e959bab29834e69c0d5637773a9dd6e065;
        path[1] = 0x76a6ff48ee6ad4ebd4ddd2f3ac8e0227c68768800afc964ff047e2cdf03bdb2e;
        assertEq(harness.rootOf(leaves[6], 6, 7, path), rootGolden(7), "6 of 7");
        path = new bytes32[](1);
        path[0] = 0x4100d32de252efad55d5639b98e7ff36c9682ae0a949e3b7afcf9788a60696b7;
        assertEq(harness.rootOf(leaves[8], 8, 9, path), rootGolden(9), "8 of 9");
    }

    /// A path proves one index in one size: every other index of every size up to 16 fails or leads elsewhere.
    function test_a_path_proves_its_index_and_size_only() public view {
        bytes32[] memory path = treePath(2, 0, 7);
        for (uint64 size = 0; size <= 16; ++size) {
            for (uint64 n = 0; n <= size; ++n) {
                // Sizes 5 to 8 give entry 2 the same shape; the size is bound by the signed root alone.
                if (n == 2 && size >= 5 && size <= 8) continue;
                try harness.rootOf(leaves[2], n, size, path) returns (bytes32 root) {
                    assertTrue(root != rootGolden(7), "another index or size");
                } catch {}
            }
        }
    }

    function test_truncated_and_lengthened_paths_have_the_wrong_shape() public {
        for (uint256 size = 2; size <= ENTRIES; ++size) {
            for (uint256 n = 0; n < size; ++n) {
                bytes32[] memory path = treePath(n, 0, size);
                bytes32[] memory shorter = new bytes32[](path.length - 1);
                bytes32[] memory longer = new bytes32[](path.length + 1);
                for (uint256 i = 0; i < path.length; ++i) {
                    if (i < shorter.length) shorter[i] = path[i];
                    longer[i] = path[i];
                }
                vm.expectRevert(Inclusion.InvalidProofShape.selector);
                harness.rootOf(leaves[n], uint64(n), uint64(size), shorter);
                vm.expectRevert(Inclusion.InvalidProofShape.selector);
                harness.rootOf(leaves[n], uint64(n), uint64(size), longer);
            }
        }
    }

    function test_an_index_outside_the_tree_is_refused() public {
        bytes32[] memory none = new bytes32[](0);
        vm.expectRevert(Inclusion.InvalidProofShape.selector);
        harness.rootOf(leaves[0], 0, 0, none);
        vm.expectRevert(Inclusion.InvalidProofShape.selector);
        harness.rootOf(leaves[0], 1, 1, none);
        vm.expectRevert(Inclusion.InvalidProofShape.selector);
        harness.rootOf(leaves[0], type(uint64).max, type(uint64).max, none);
    }

    function testFuzz_a_changed_sibling_leads_elsewhere(uint256 size, uint256 n, uint256 which, bytes32 change)
        public
        view
    {
        size = bound(size, 2, ENTRIES);
        n = bound(n, 0, size - 1);
        if (change == 0) change = bytes32(uint256(1));
        bytes32[] memory path = treePath(n, 0, size);
        path[which % path.length] ^= change;
        bytes32 root = harness.rootOf(leaves[n], uint64(n), uint64(size), path);
        assertTrue(root != rootGolden(size), "changed sibling");
    }

    function test_a_logged_observation_verifies_in_every_size() public view {
        for (uint256 size = 1; size <= ENTRIES; ++size) {
            proveLive(size - 1, size);
            proveLive(0, size);
        }
    }

    /// Signature of the SDK's `logRootMessage` by the log key, made with viem.
    function test_a_root_that_the_sdk_signed_is_taken() public view {
        bytes memory signature =
            hex"bed289c9ecdb965526bb03885431449b58fec4bbdf70e6e90f1bc3db452a433a328a8aa20fa5b37da64c90b400321401978ae9098b754006208609ac8772109e1b";
        bytes[] memory signatures = signaturesFor(live, observationOf(2), 2);
        bytes32[] memory path = treePath(2, 0, 7);
        live.verifyLogged(observationOf(2), signatures, commitment(2), rootOfSize(7), signature, 2, path);
        assertTrue(
            live.isLogged(observationOf(2), signatures, commitment(2), rootOfSize(7), signature, 2, path),
            "isLogged says yes too"
        );
    }

    struct Case {
        Observation observation;
        bytes[] signatures;
        bytes32 commitment;
        LogRoot root;
        bytes rootSignature;
        uint64 index;
        bytes32[] path;
    }

    /// A good case of entry 2 in a log of 7, to spoil.
    function good() private view returns (Case memory c) {
        c.observation = observationOf(2);
        c.signatures = signaturesFor(live, c.observation, 2);
        c.commitment = commitment(2);
        c.root = rootOfSize(7);
        c.rootSignature = rootSignature(live, c.root);
        c.index = 2;
        c.path = treePath(2, 0, 7);
    }

    function refused(Case memory c, bytes4 reason) private {
        assertTrue(
            !live.isLogged(c.observation, c.signatures, c.commitment, c.root, c.rootSignature, c.index, c.path),
            "isLogged says no too"
        );
        vm.expectPartialRevert(reason);
        live.verifyLogged(c.observation, c.signatures, c.commitment, c.root, c.rootSignature, c.index, c.path);
    }

    function test_a_proof_of_something_else_is_refused() public {
        Case memory c = good();
        c.commitment = commitment(3);
        refused(c, ObservationVerifier.NotInLog.selector);
        c = good();
        c.index = 3;
        refused(c, ObservationVerifier.NotInLog.selector);
        c = good();
        c.observation = observationOf(3);
        c.signatures = signaturesFor(live, c.observation, 2);
        refused(c, ObservationVerifier.NotInLog.selector);
        c = good();
        (c.path[0], c.path[1]) = (c.path[1], c.path[0]);
        refused(c, ObservationVerifier.NotInLog.selector);
        c = good();
        c.index = 7;
        refused(c, Inclusion.InvalidProofShape.selector);
    }

    function test_unsigned_foreign_and_test_roots_are_refused() public {
        Case memory c = good();
        c.root.size = 8;
        refused(c, ObservationVerifier.LogRootNotSigned.selector);
        c = good();
        c.root.root = rootGolden(6);
        refused(c, ObservationVerifier.LogRootNotSigned.selector);
        c = good();
        c.root.origin_hash = keccak256("another.example/log");
        c.rootSignature = rootSignature(live, c.root);
        refused(c, ObservationVerifier.AnotherLog.selector);
        c = good();
        c.rootSignature = signed(keys[0], live.logRootDigest(c.root));
        refused(c, ObservationVerifier.LogRootNotSigned.selector);
        c = good();
        c.rootSignature = rootSignature(test, c.root);
        refused(c, ObservationVerifier.LogRootNotSigned.selector);
        c = good();
        c.rootSignature = "";
        refused(c, ObservationVerifier.LogRootNotSigned.selector);
    }

    function test_the_log_does_not_stand_in_for_signers() public {
        Case memory c = good();
        c.signatures = signaturesFor(live, c.observation, 1);
        refused(c, ObservationVerifier.ThresholdNotMet.selector);
        c = good();
        c.signatures = signaturesFor(test, c.observation, 2);
        refused(c, ObservationVerifier.UnknownSigner.selector);
    }

    /// Signed or not, a text that is no id never becomes part of a leaf.
    function test_an_id_that_is_none_is_refused() public {
        string[6] memory ids = [
            "obs_0000000000000000000000000000000",
            "obs_000000000000000000000000000000001",
            "vrd_00000000000000000000000000000001",
            "obs_0000000000000000000000000000000A",
            'obs_0000000000000000000000000000"1,"',
            ""
        ];
        for (uint256 i = 0; i < ids.length; ++i) {
            Case memory c = good();
            c.observation.observation_id = ids[i];
            c.signatures = signaturesFor(live, c.observation, 2);
            refused(c, ObservationLeaf.InvalidObservationId.selector);
        }
    }
}
