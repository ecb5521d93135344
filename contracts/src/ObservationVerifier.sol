// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {Inclusion} from "./lib/Inclusion.sol";
import {ObservationLeaf} from "./lib/ObservationLeaf.sol";
import {LogRoot, Observation, ObservationTypes} from "./lib/ObservationTypes.sol";

/// @title ObservationVerifier
/// @notice Tells a contract whether an observation is signed by enough of a fixed set of signers, and whether the log recorded it. Anyone
///         may call, at any time; nothing is stored after deployment and nobody can change signers, threshold, log or mode.
///
///         What {verify} proves: that many signers signed exactly this observation. It does not prove that it is true, that it is recent,
///         that no dispute upheld since speaks against it, or that it suits a stake: look at `t0`, `t1`, `tier`, `basis`,
///         `independent_captures` and `value_at_risk_max`.
///
///         What {verifyLogged} proves besides: a record with this observation's id and the given commitment was in the log before this
///         root was signed. It does not prove that the record says what the observation says: the commitment is SHA-256 of salt and
///         record, and only who holds both can compare them (the signature is what vouches for the contents). It does not prove that the
///         log shows everybody the same tree either; that takes consistency proofs and witnesses, off chain.
/// @dev A verifier knows one EIP-712 domain, the live or the test one. A signature of the other domain recovers to some other address, so
///      a live verifier refuses whatever a test key signed in test mode, by the same keys too.
contract ObservationVerifier {
    /// More than this would make a verification too dear to use.
    uint256 public constant MAX_SIGNERS = 32;

    /// Whether this verifier takes test signatures, and only those. Rely on none that says true.
    bool public immutable isTest;
    /// How many signers an observation needs.
    uint256 public immutable threshold;
    uint256 public immutable signerCount;
    /// The key that signs log roots.
    address public immutable logKey;
    /// keccak-256 of the log's origin.
    bytes32 public immutable originHash;
    bytes32 public immutable domainSeparator;
    /// Written by the constructor alone.
    mapping(address signer => bool) public isSigner;

    /// Signers must be given once each, ascending, none of them zero, between 1 and {MAX_SIGNERS}.
    error InvalidSigners();
    /// The threshold is zero or above the number of signers.
    error InvalidThreshold();
    error InvalidLog();
    error ThresholdNotMet(uint256 given, uint256 needed);
    /// Not 65 bytes r, s, v that recover to an address, or with a high `s`.
    error InvalidSignature(uint256 index);
    error UnknownSigner(address recovered);
    /// Signatures are not sorted by signer, or one signer signed twice.
    error SignersNotAscending(address recovered);
    error AnotherLog(bytes32 originHash);
    error LogRootNotSigned();
    error NotInLog();

    constructor(address[] memory signers, uint256 threshold_, address logKey_, bytes32 originHash_, bool isTest_) {
        if (signers.length == 0 || signers.length > MAX_SIGNERS) revert InvalidSigners();
        if (threshold_ == 0 || threshold_ > signers.length) revert InvalidThreshold();
        if (logKey_ == address(0) || originHash_ == bytes32(0)) revert InvalidLog();
        address last;
        for (uint256 i = 0; i < signers.length; ++i) {
            if (signers[i] <= last) revert InvalidSigners();
            last = signers[i];
            isSigner[last] = true;
        }
        signerCount = signers.length;
        threshold = threshold_;
        logKey = logKey_;
        originHash = originHash_;
        isTest = isTest_;
        domainSeparator = ObservationTypes.domainSeparator(isTest_);
    }

    /// @notice Returns if enough signers signed the observation in this verifier's domain.
    /// @dev Reverts `ThresholdNotMet`, `InvalidSignature`, `UnknownSigner` (also for anything changed after signing, and for the other
    ///      domain) or `SignersNotAscending`. One bad signature refuses the call, even beyond the threshold.
    /// @param signatures 65 bytes each (r, s, v), sorted ascending by the address that signed.
    function verify(Observation calldata observation, bytes[] calldata signatures) public view {
        if (signatures.length < threshold) revert ThresholdNotMet(signatures.length, threshold);
        bytes32 digest = observationDigest(observation);
        address last;
        for (uint256 i = 0; i < signatures.length; ++i) {
            (address signer, ECDSA.RecoverError failure,) = ECDSA.tryRecoverCalldata(digest, signatures[i]);
            if (failure != ECDSA.RecoverError.NoError) revert InvalidSignature(i);
            if (!isSigner[signer]) revert UnknownSigner(signer);
            if (signer <= last) revert SignersNotAscending(signer);
            last = signer;
        }
    }

    /// @notice Returns if {verify} does and the log holds a record of the observation under a root that its key signed.
    /// @dev Reverts like {verify}, and `AnotherLog`, `LogRootNotSigned`, `InvalidObservationId`, `InvalidProofShape` or `NotInLog`.
    /// @param commitment SHA-256(salt || canonical JSON of the record): in the observation's card and in its leaf.
    /// @param logSignature The log key's EIP-712 signature of `logRoot`.
    /// @param index Of the leaf, from 0.
    /// @param proof Sibling hashes from the leaf to the root, after RFC 9162.
    function verifyLogged(
        Observation calldata observation,
        bytes[] calldata signatures,
        bytes32 commitment,
        LogRoot calldata logRoot,
        bytes calldata logSignature,
        uint64 index,
        bytes32[] calldata proof
    ) external view {
        verify(observation, signatures);
        _requireSignedRoot(logRoot, logSignature);
        bytes32 leaf = Inclusion.leafHash(ObservationLeaf.encode(observation.observation_id, commitment));
        if (Inclusion.rootOf(leaf, index, logRoot.size, proof) != logRoot.root) revert NotInLog();
    }

    /// @notice {verify} as a question. False as well when the caller leaves too little gas to know.
    function isVerified(Observation calldata observation, bytes[] calldata signatures) external view returns (bool) {
        try this.verify(observation, signatures) {
            return true;
        } catch {
            return false;
        }
    }

    /// @notice {verifyLogged} as a question. False as well when the caller leaves too little gas to know.
    function isLogged(
        Observation calldata observation,
        bytes[] calldata signatures,
        bytes32 commitment,
        LogRoot calldata logRoot,
        bytes calldata logSignature,
        uint64 index,
        bytes32[] calldata proof
    ) external view returns (bool) {
        try this.verifyLogged(observation, signatures, commitment, logRoot, logSignature, index, proof) {
            return true;
        } catch {
            return false;
        }
    }

    /// @notice What signers sign, in this verifier's domain.
    function observationDigest(Observation calldata observation) public view returns (bytes32) {
        return MessageHashUtils.toTypedDataHash(domainSeparator, ObservationTypes.structHash(observation));
    }

    /// @notice What the log key signs, in this verifier's domain.
    function logRootDigest(LogRoot calldata logRoot) public view returns (bytes32) {
        return MessageHashUtils.toTypedDataHash(domainSeparator, ObservationTypes.structHash(logRoot));
    }

    function _requireSignedRoot(LogRoot calldata logRoot, bytes calldata signature) private view {
        if (logRoot.origin_hash != originHash) revert AnotherLog(logRoot.origin_hash);
        (address signer,,) = ECDSA.tryRecoverCalldata(logRootDigest(logRoot), signature);
        if (signer != logKey) revert LogRootNotSigned();
    }
}
