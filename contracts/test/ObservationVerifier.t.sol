// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ObservationVerifier} from "../src/ObservationVerifier.sol";
import {LogRoot, Observation} from "../src/lib/ObservationTypes.sol";
import {ObservationVerifierBase} from "./ObservationVerifierBase.t.sol";
import {vm} from "./Vm.sol";

contract ObservationVerifierTest is ObservationVerifierBase {
    function refused(Observation memory observation, bytes[] memory signatures, bytes memory reason) private {
        vm.expectRevert(reason);
        live.verify(observation, signatures);
        assertTrue(!live.isVerified(observation, signatures), "isVerified says no too");
    }

    /// viem's `hashTypedData` and `signTypedData` over the Observation type, for entry 2 and key 0x51, in the domains of `EIP712_DOMAINS`.
    function test_digest_and_signature_are_those_of_viem() public view {
        bytes32 digest = 0x5356ec70e8d2b65429e997d744a67ea035459dbe072b2552917202bf7e33a857;
        assertEq(live.observationDigest(observationOf(2)), digest, "live digest");
        assertEq(
            test.observationDigest(observationOf(2)),
            0xfe2aa3cead1c9ffe5ae5c3d441a3d85d93375af54c0bdedbf9013e9d22f38ddc,
            "test digest"
        );
        bytes memory signature =
            hex"abaf346dfa39a21aaf69ff56ddd602a9304e071319b76fb0da45d7e6970e96f9324fd740915f7f739e36674957c071548a476df823bfaaac31ef614878a170721c";
        assertEq(keccak256(signed(0x51, digest)), keccak256(signature), "signature");
    }

    function test_log_root_digests_are_those_of_the_sdk() public view {
        assertEq(
            live.logRootDigest(rootOfSize(7)),
            0xb7c9760a48e2de74461eeed0f54b1eb9be690c5ede5e4a181aaa6dd4074105b2,
            "live digest"
        );
        assertEq(
            test.logRootDigest(rootOfSize(7)),
            0x541af3561e9c96f854d7fbe12fd5ecbd000595a5e1e6f81a6cb2e2dc05e1dbf6,
            "test digest"
        );
    }

    function test_enough_signers_in_order_are_enough() public view {
        for (uint256 count = 2; count <= 3; ++count) {
            bytes[] memory signatures = signaturesFor(live, observationOf(0), count);
            live.verify(observationOf(0), signatures);
            assertTrue(live.isVerified(observationOf(0), signatures), "isVerified says yes too");
        }
        bytes[] memory lastTwo = new bytes[](2);
        lastTwo[0] = signed(keys[1], live.observationDigest(observationOf(0)));
        lastTwo[1] = signed(keys[2], live.observationDigest(observationOf(0)));
        live.verify(observationOf(0), lastTwo);
    }

    function test_too_few_signers_are_refused() public {
        Observation memory observation = observationOf(0);
        bytes memory one = abi.encodeWithSelector(ObservationVerifier.ThresholdNotMet.selector, 1, 2);
        refused(observation, signaturesFor(live, observation, 1), one);
        refused(observation, new bytes[](0), abi.encodeWithSelector(ObservationVerifier.ThresholdNotMet.selector, 0, 2));
    }

    function test_one_signer_never_counts_twice() public {
        Observation memory observation = observationOf(0);
        bytes[] memory signatures = signaturesFor(live, observation, 2);
        signatures[1] = signatures[0];
        refused(
            observation,
            signatures,
            abi.encodeWithSelector(ObservationVerifier.SignersNotAscending.selector, signers[0])
        );
    }

    function test_unsorted_signatures_are_refused() public {
        Observation memory observation = observationOf(0);
        bytes[] memory signatures = signaturesFor(live, observation, 2);
        (signatures[0], signatures[1]) = (signatures[1], signatures[0]);
        refused(
            observation,
            signatures,
            abi.encodeWithSelector(ObservationVerifier.SignersNotAscending.selector, signers[0])
        );
    }

    function test_a_stranger_spoils_the_call_even_beyond_the_threshold() public {
        Observation memory observation = observationOf(0);
        bytes[] memory signatures = signaturesFor(live, observation, 3);
        signatures[2] = signed(0xbad, live.observationDigest(observation));
        refused(
            observation, signatures, abi.encodeWithSelector(ObservationVerifier.UnknownSigner.selector, vm.addr(0xbad))
        );
    }

    function test_the_test_domain_is_refused_unless_deployed_for_it() public {
        Observation memory observation = observationOf(0);
        bytes[] memory signatures = signaturesFor(test, observation, 3);
        vm.expectPartialRevert(ObservationVerifier.UnknownSigner.selector);
        live.verify(observation, signatures);
        test.verify(observation, signatures);
        assertTrue(test.isTest() && !live.isTest(), "which is which can be read");

        signatures = signaturesFor(live, observation, 3);
        vm.expectPartialRevert(ObservationVerifier.UnknownSigner.selector);
        test.verify(observation, signatures);
    }

    function test_malleable_and_short_signatures_are_refused() public {
        Observation memory observation = observationOf(0);
        bytes[] memory signatures = signaturesFor(live, observation, 2);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(keys[1], live.observationDigest(observation));
        bytes memory second = abi.encodeWithSelector(ObservationVerifier.InvalidSignature.selector, 1);
        bytes32 highS = bytes32(0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141 - uint256(s));
        signatures[1] = abi.encodePacked(r, highS, v == 27 ? uint8(28) : uint8(27));
        refused(observation, signatures, second);
        signatures[1] = abi.encodePacked(r, s);
        refused(observation, signatures, second);
        signatures[1] = "";
        refused(observation, signatures, second);
    }

    function changed(Observation memory observation, bytes[] memory signatures) private {
        assertTrue(!live.isVerified(observation, signatures), "a changed member is refused");
        vm.expectPartialRevert(ObservationVerifier.UnknownSigner.selector);
        live.verify(observation, signatures);
    }

    function test_every_member_is_signed() public {
        bytes[] memory signatures = signaturesFor(live, observationOf(0), 2);
        Observation memory o = observationOf(0);
        o.observation_id = entryId(1);
        changed(o, signatures);
        (o = observationOf(0)).kind = "video";
        changed(o, signatures);
        (o = observationOf(0)).facts_hash = bytes32(0);
        changed(o, signatures);
        (o = observationOf(0)).cell = "891fb466253ffff";
        changed(o, signatures);
        (o = observationOf(0)).t0 += 1;
        changed(o, signatures);
        (o = observationOf(0)).t1 += 1;
        changed(o, signatures);
        (o = observationOf(0)).tier = "A";
        changed(o, signatures);
        (o = observationOf(0)).basis = "review";
        changed(o, signatures);
        (o = observationOf(0)).place_basis = "attested";
        changed(o, signatures);
        (o = observationOf(0)).confidence_ppm += 1;
        changed(o, signatures);
        (o = observationOf(0)).independent_captures += 1;
        changed(o, signatures);
        (o = observationOf(0)).verdict_id = "vrd_99999999999999999999999999999998";
        changed(o, signatures);
        (o = observationOf(0)).resale = false;
        changed(o, signatures);
        (o = observationOf(0)).value_at_risk_max += 1;
        changed(o, signatures);
    }

    function refusedDeployment(address[] memory set, uint256 threshold, address logKey, bytes32 origin, bytes4 reason)
        private
    {
        vm.expectRevert(reason);
        new ObservationVerifier(set, threshold, logKey, origin, false);
    }

    function test_deployments_that_make_no_sense_are_refused() public {
        bytes32 origin = keccak256(bytes(ORIGIN));
        bytes4 badSigners = ObservationVerifier.InvalidSigners.selector;
        bytes4 badThreshold = ObservationVerifier.InvalidThreshold.selector;
        bytes4 badLog = ObservationVerifier.InvalidLog.selector;
        refusedDeployment(new address[](0), 1, address(1), origin, badSigners);
        refusedDeployment(new address[](1), 1, address(1), origin, badSigners);
        refusedDeployment(new address[](33), 1, address(1), origin, badSigners);
        refusedDeployment(signers, 0, address(1), origin, badThreshold);
        refusedDeployment(signers, 4, address(1), origin, badThreshold);
        refusedDeployment(signers, 2, address(0), origin, badLog);
        refusedDeployment(signers, 2, address(1), bytes32(0), badLog);
        address[] memory set = new address[](2);
        (set[0], set[1]) = (signers[0], signers[0]);
        refusedDeployment(set, 1, address(1), origin, badSigners);
        (set[0], set[1]) = (signers[1], signers[0]);
        refusedDeployment(set, 1, address(1), origin, badSigners);
    }

    function test_what_was_deployed_can_be_read() public view {
        assertEq(live.threshold(), 2, "threshold");
        assertEq(live.signerCount(), 3, "signers");
        assertEq(live.logKey(), vm.addr(LOG_KEY), "log key");
        assertEq(live.originHash(), keccak256(bytes(ORIGIN)), "origin");
        for (uint256 i = 0; i < signers.length; ++i) {
            assertTrue(live.isSigner(signers[i]), "signer");
        }
        assertTrue(!live.isSigner(vm.addr(0xbad)), "a stranger is none");
    }
}
