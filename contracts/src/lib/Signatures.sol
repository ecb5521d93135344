// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

/// @title Who signed a digest: a key (65 bytes r || s || v, low s only) or a contract (EIP-1271).
/// @dev The key is tried first: it saves an account read, and the key of an account that delegated its code (EIP-7702) goes on counting.
library Signatures {
    /// @notice No valid signature of `signer`: foreign, malleable, of a wrong length, or the signer is zero.
    error InvalidSignature(address signer);

    /// @notice Reverts with {InvalidSignature} unless `signer` signed `digest`.
    function check(address signer, bytes32 digest, bytes memory signature) internal view {
        if (!isSignedBy(signer, digest, signature)) revert InvalidSignature(signer);
    }

    function isSignedBy(address signer, bytes32 digest, bytes memory signature) internal view returns (bool) {
        (address recovered, ECDSA.RecoverError failure,) = ECDSA.tryRecover(digest, signature);
        if (failure == ECDSA.RecoverError.NoError && recovered == signer) return true;
        return signer.code.length > 0 && SignatureChecker.isValidERC1271SignatureNow(signer, digest, signature);
    }
}
