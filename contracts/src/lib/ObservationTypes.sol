// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// One verified fact about a place and time, as its signers sign it. Field names are the signed ones.
struct Observation {
    /// `obs_` and 32 lower-case hex digits.
    string observation_id;
    /// `photo`, `video` or `reading`.
    string kind;
    /// SHA-256 of the canonical JSON `{facts, finding}`.
    bytes32 facts_hash;
    /// H3 cell of resolution 9.
    string cell;
    /// The proven interval, epoch milliseconds: the thing was so at some moment of it.
    uint64 t0;
    uint64 t1;
    string tier;
    /// Who decided: `checks`, `review`, `silence` or `appeal`.
    string basis;
    /// How far the place can be trusted: `device_claim` or `attested`.
    string place_basis;
    /// Millionths.
    uint32 confidence_ppm;
    uint32 independent_captures;
    string verdict_id;
    bool resale;
    /// Micros: what corrupting this fact costs. A larger stake should ask for more.
    uint256 value_at_risk_max;
}

/// What the transparency log's key signs: that its tree of `size` leaves has this root.
struct LogRoot {
    /// keccak-256 of the log's origin, UTF-8.
    bytes32 origin_hash;
    uint64 size;
    /// SHA-256, after RFC 9162.
    bytes32 root;
}

/// @title EIP-712 hashing of observations and log roots
/// @dev The domain has neither chain nor contract: what is signed once is true on every chain. Only the name keeps test and live apart.
library ObservationTypes {
    bytes32 internal constant OBSERVATION_TYPEHASH = keccak256(
        "Observation(string observation_id,string kind,bytes32 facts_hash,string cell,uint64 t0,uint64 t1,string tier,string basis,string place_basis,uint32 confidence_ppm,uint32 independent_captures,string verdict_id,bool resale,uint256 value_at_risk_max)"
    );
    bytes32 internal constant LOG_ROOT_TYPEHASH = keccak256("LogRoot(bytes32 origin_hash,uint64 size,bytes32 root)");
    bytes32 private constant DOMAIN_TYPEHASH = keccak256("EIP712Domain(string name,string version)");

    function domainSeparator(bool isTest) internal pure returns (bytes32) {
        bytes32 name = isTest ? keccak256("Groundtruth Test") : keccak256("Groundtruth");
        return keccak256(abi.encode(DOMAIN_TYPEHASH, name, keccak256("1")));
    }

    function structHash(Observation calldata observation) internal pure returns (bytes32) {
        // In two halves, which concatenate: every member is one word.
        bytes memory first = abi.encode(
            OBSERVATION_TYPEHASH,
            keccak256(bytes(observation.observation_id)),
            keccak256(bytes(observation.kind)),
            observation.facts_hash,
            keccak256(bytes(observation.cell)),
            observation.t0,
            observation.t1,
            keccak256(bytes(observation.tier))
        );
        bytes memory second = abi.encode(
            keccak256(bytes(observation.basis)),
            keccak256(bytes(observation.place_basis)),
            observation.confidence_ppm,
            observation.independent_captures,
            keccak256(bytes(observation.verdict_id)),
            observation.resale,
            observation.value_at_risk_max
        );
        return keccak256(bytes.concat(first, second));
    }

    function structHash(LogRoot calldata logRoot) internal pure returns (bytes32) {
        return keccak256(abi.encode(LOG_ROOT_TYPEHASH, logRoot.origin_hash, logRoot.size, logRoot.root));
    }
}
