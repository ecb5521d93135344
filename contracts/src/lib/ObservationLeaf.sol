// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title The log's leaf of an observation
/// @notice `{"commitment":"<64 hex>","id":"obs_<32 hex>","type":"observation","v":1}`: canonical JSON, so these bytes and no others.
library ObservationLeaf {
    bytes16 private constant HEX_DIGITS = "0123456789abcdef";
    uint256 private constant ID_LENGTH = 36;

    /// The text is no observation id; spliced into JSON it could say anything.
    error InvalidObservationId();

    /// @param commitment SHA-256(salt || canonical JSON of the record).
    function encode(string calldata id, bytes32 commitment) internal pure returns (bytes memory) {
        if (!_isId(bytes(id))) revert InvalidObservationId();
        return bytes.concat('{"commitment":"', _hex(commitment), '","id":"', bytes(id), '","type":"observation","v":1}');
    }

    function _isId(bytes calldata id) private pure returns (bool) {
        if (id.length != ID_LENGTH || bytes4(id) != "obs_") return false;
        for (uint256 i = 4; i < ID_LENGTH; ++i) {
            bytes1 c = id[i];
            if (!((c >= "0" && c <= "9") || (c >= "a" && c <= "f"))) return false;
        }
        return true;
    }

    function _hex(bytes32 word) private pure returns (bytes memory digits) {
        digits = new bytes(64);
        for (uint256 i = 0; i < 32; ++i) {
            uint8 value = uint8(word[i]);
            digits[2 * i] = HEX_DIGITS[value >> 4];
            digits[2 * i + 1] = HEX_DIGITS[value & 15];
        }
    }
}
