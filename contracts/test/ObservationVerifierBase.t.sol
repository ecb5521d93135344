// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ObservationVerifier} from "../src/ObservationVerifier.sol";
import {LogRoot, Observation} from "../src/lib/ObservationTypes.sol";
import {Test, vm} from "./Vm.sol";

/// A live and a test verifier of the same three signers, two of which are needed, and a log of nine observations.
/// Numbers that end in `GOLDEN` come from the TypeScript SDK: `leafBytes`, `commit`, `leafHash`, `nodeHash`, `rootOfInclusion`,
/// `logRootMessage`. Entry n (from 0) is the observation whose id is n + 1 as 32 hex digits, with the commitment of the record `{n}`
/// under the salt n + 1.
abstract contract ObservationVerifierBase is Test {
    uint256 internal constant LOG_KEY = 0x106;
    uint256 internal constant ENTRIES = 9;
    string internal constant ORIGIN = "groundtruth.example/log";
    /// RFC 9162: hash of `0x00 || leaf`.
    bytes32 internal constant LEAF_0_GOLDEN = 0x79136aa769e2a0c1106cb846ad6e4f9428a266932d347dc4b641dc38dac208aa;

    ObservationVerifier internal live;
    ObservationVerifier internal test;
    /// Keys sorted by their addresses.
    uint256[] internal keys;
    address[] internal signers;

    function setUp() public virtual {
        keys = [uint256(0x51), 0x52, 0x53];
        for (uint256 i = 0; i < keys.length; ++i) {
            for (uint256 j = i + 1; j < keys.length; ++j) {
                if (vm.addr(keys[j]) < vm.addr(keys[i])) (keys[i], keys[j]) = (keys[j], keys[i]);
            }
            signers.push(vm.addr(keys[i]));
        }
        bytes32 originHash = keccak256(bytes(ORIGIN));
        live = new ObservationVerifier(signers, 2, vm.addr(LOG_KEY), originHash, false);
        test = new ObservationVerifier(signers, 2, vm.addr(LOG_KEY), originHash, true);
    }

    function commitment(uint256 n) internal pure returns (bytes32) {
        return [
            bytes32(0xbb421db00ad31f19c6a5772d23c774547bb51db885b7b2e01e30430fe4cc8d0c),
            0xeb3c86adb20c91c9be2f55469176ca7d761be9cd2d536510edaca3b51d9b938a,
            0xf945eaa8ab8f9669c80b533866d3e3239a87c666c842c4df35c35064ee898d68,
            0x45430240e295e7513d186b4ef4fb7278027cc10a1bc24eb1b82703bf6e535fe1,
            0x42f48ef6b307afd0572641ae9fda8773e80aea002198c905d476cc5030349869,
            0xc36ddc5ecb7014a24d427b538fc6703d620d43acd135a07ac7fec78627ea84e3,
            0xbe59d35ea7a0609abaf91de07d2bc86acebe765a3888769eb11e25d3eb86be43,
            0xea3f0c37ca60cdd8e1a5cc94a91a0e5c7d452437fc3c169462f2a161945d65df,
            0xbdb6d2b37ddf90d693e948b263f6f1945c6862dc3ed7d554a3e4066cb744e500
        ][n];
    }

    /// Root of the first `size` entries.
    function rootGolden(uint256 size) internal pure returns (bytes32) {
        return [
            bytes32(0x79136aa769e2a0c1106cb846ad6e4f9428a266932d347dc4b641dc38dac208aa),
            0xc05a31f7ca5556b40c79156255cfc42fdedd5894d5ddad0886f83d6006888749,
            0x2176bca222235bb62595a0ba82568ec99664f6c017e21906707cba252276ebce,
            0x76a6ff48ee6ad4ebd4ddd2f3ac8e0227c68768800afc964ff047e2cdf03bdb2e,
            0xadca4ef8a6b2a0d4e21d3a47f88d0a6423fa385b2adc0fdc500e97179ec6373b,
            0xb1fa4ffb2d4ea342cf62c199837504097a56bf8cd82379e933bccf5e17b1b0da,
            0xa97a2b8e75dfa726df53d4c49227c8374f99187e798946df1de6110fbf1b50cc,
            0x4100d32de252efad55d5639b98e7ff36c9682ae0a949e3b7afcf9788a60696b7,
            0x1fe272a6815fbf3e6b71ebb0a430051e61a9e43a96f4848ed91f6c4ff86b1cb9
        ][size - 1];
    }

    function entryId(uint256 n) internal pure returns (string memory) {
        return string.concat("obs_0000000000000000000000000000000", ["1", "2", "3", "4", "5", "6", "7", "8", "9"][n]);
    }

    function observationOf(uint256 n) internal pure returns (Observation memory) {
        return Observation({
            observation_id: entryId(n),
            kind: "photo",
            facts_hash: 0xfafafafafafafafafafafafafafafafafafafafafafafafafafafafafafafafa,
            cell: "891fb466257ffff",
            t0: 1_700_000_000_123,
            t1: 1_700_000_360_456,
            tier: "B",
            basis: "checks",
            place_basis: "device_claim",
            confidence_ppm: 987_654,
            independent_captures: 3,
            verdict_id: "vrd_99999999999999999999999999999999",
            resale: true,
            value_at_risk_max: 25_000_000
        });
    }

    /// Signatures of the first `count` signers for `verifier`'s domain.
    function signaturesFor(ObservationVerifier verifier, Observation memory observation, uint256 count)
        internal
        view
        returns (bytes[] memory signatures)
    {
        signatures = new bytes[](count);
        for (uint256 i = 0; i < count; ++i) {
            signatures[i] = signed(keys[i], verifier.observationDigest(observation));
        }
    }

    function rootOfSize(uint256 size) internal pure returns (LogRoot memory) {
        return LogRoot(keccak256(bytes(ORIGIN)), uint64(size), rootGolden(size));
    }
}
