// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {IERC3009} from "./interfaces/IERC3009.sol";
import {Signatures} from "./lib/Signatures.sol";

/// @title TestUSD: what USDC is to a live chain, on the development chain.
/// @notice Not money. Its minter makes as much of it as it likes.
/// @dev Six decimals, permit (EIP-2612) and EIP-3009 in both overloads, under the domain {name, version "2"} as USDC has it.
contract TestUSD is ERC20, EIP712, Nonces, IERC20Permit, IERC3009 {
    event AuthorizationUsed(address indexed authorizer, bytes32 indexed nonce);
    event AuthorizationCanceled(address indexed authorizer, bytes32 indexed nonce);

    error NotMinter(address caller);
    error NotPayee(address caller, address payee);
    error AuthorizationNotYetValid(uint256 validAfter);
    error AuthorizationExpired(uint256 validBefore);
    error AuthorizationAlreadyUsed(address authorizer, bytes32 nonce);
    error PermitExpired(uint256 deadline);

    bytes32 public constant TRANSFER_WITH_AUTHORIZATION_TYPEHASH = keccak256(
        "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    bytes32 public constant RECEIVE_WITH_AUTHORIZATION_TYPEHASH = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    bytes32 public constant CANCEL_AUTHORIZATION_TYPEHASH =
        keccak256("CancelAuthorization(address authorizer,bytes32 nonce)");
    bytes32 public constant PERMIT_TYPEHASH =
        keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");

    address public immutable minter;

    mapping(address authorizer => mapping(bytes32 nonce => bool)) private _used;

    constructor(address minter_) ERC20("Test USD", "TestUSD") EIP712("Test USD", "2") {
        minter = minter_;
    }

    /// @notice Makes `amount` for `to`. Only the minter.
    function mint(address to, uint256 amount) external {
        if (msg.sender != minter) revert NotMinter(msg.sender);
        _mint(to, amount);
    }

    /// @notice Anyone may send it with the authorization of `from`, valid strictly between the two times and once.
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        transferWithAuthorization(from, to, value, validAfter, validBefore, nonce, abi.encodePacked(r, s, v));
    }

    /// @notice As above; a contract wallet may sign too (EIP-1271).
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes memory signature
    ) public {
        bytes32 what = TRANSFER_WITH_AUTHORIZATION_TYPEHASH;
        what = keccak256(abi.encode(what, from, to, value, validAfter, validBefore, nonce));
        _onlyBetween(validAfter, validBefore);
        _use(from, nonce, what, signature);
        _transfer(from, to, value);
    }

    /// @notice As `transferWithAuthorization`, but only `to` itself may send it.
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        receiveWithAuthorization(from, to, value, validAfter, validBefore, nonce, abi.encodePacked(r, s, v));
    }

    /// @notice As above; a contract wallet may sign too (EIP-1271).
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes memory signature
    ) public override {
        if (msg.sender != to) revert NotPayee(msg.sender, to);
        bytes32 what = RECEIVE_WITH_AUTHORIZATION_TYPEHASH;
        what = keccak256(abi.encode(what, from, to, value, validAfter, validBefore, nonce));
        _onlyBetween(validAfter, validBefore);
        _use(from, nonce, what, signature);
        _transfer(from, to, value);
    }

    /// @notice Makes an unused authorization worthless. Anyone may send it with the authorizer's signature.
    function cancelAuthorization(address authorizer, bytes32 nonce, uint8 v, bytes32 r, bytes32 s) external {
        cancelAuthorization(authorizer, nonce, abi.encodePacked(r, s, v));
    }

    /// @notice As above; a contract wallet may sign too (EIP-1271).
    function cancelAuthorization(address authorizer, bytes32 nonce, bytes memory signature) public {
        _consume(authorizer, nonce);
        _check(authorizer, keccak256(abi.encode(CANCEL_AUTHORIZATION_TYPEHASH, authorizer, nonce)), signature);
        emit AuthorizationCanceled(authorizer, nonce);
    }

    /// @notice Sets an allowance with the owner's signature (EIP-2612).
    function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
        external
        override
    {
        if (block.timestamp > deadline) revert PermitExpired(deadline);
        bytes32 what = keccak256(abi.encode(PERMIT_TYPEHASH, owner, spender, value, _useNonce(owner), deadline));
        _check(owner, what, abi.encodePacked(r, s, v));
        _approve(owner, spender, value);
    }

    function authorizationState(address authorizer, bytes32 nonce) external view override returns (bool) {
        return _used[authorizer][nonce];
    }

    function nonces(address owner) public view override(IERC20Permit, Nonces) returns (uint256) {
        return super.nonces(owner);
    }

    /// @notice The version of the signing domain, as USDC answers it.
    function version() external pure returns (string memory) {
        return "2";
    }

    function DOMAIN_SEPARATOR() external view override returns (bytes32) {
        return _domainSeparatorV4();
    }

    function decimals() public pure override returns (uint8) {
        return 6;
    }

    function _onlyBetween(uint256 validAfter, uint256 validBefore) private view {
        if (block.timestamp <= validAfter) revert AuthorizationNotYetValid(validAfter);
        if (block.timestamp >= validBefore) revert AuthorizationExpired(validBefore);
    }

    function _use(address authorizer, bytes32 nonce, bytes32 what, bytes memory signature) private {
        _consume(authorizer, nonce);
        _check(authorizer, what, signature);
        emit AuthorizationUsed(authorizer, nonce);
    }

    function _consume(address authorizer, bytes32 nonce) private {
        if (_used[authorizer][nonce]) revert AuthorizationAlreadyUsed(authorizer, nonce);
        _used[authorizer][nonce] = true;
    }

    function _check(address signer, bytes32 what, bytes memory signature) private view {
        Signatures.check(signer, _hashTypedDataV4(what), signature);
    }
}
