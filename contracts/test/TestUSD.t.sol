// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {TestUSD} from "../src/TestUSD.sol";
import {Signatures} from "../src/lib/Signatures.sol";
import {Vault} from "./BountyEscrowDoubles.t.sol";
import {Test, vm} from "./Vm.sol";

contract TestUSDTest is Test {
    uint256 private constant KEY = 0xA1;
    uint256 private constant OTHER_KEY = 0xB2;
    address private constant TO = address(0xB0B);
    uint256 private constant FOREVER = type(uint256).max;
    bytes32 private constant NONCE = "nonce";

    TestUSD private _usd;
    address private _from;

    function setUp() public {
        vm.warp(1_800_000_000);
        _usd = new TestUSD(address(this));
        _from = vm.addr(KEY);
        _usd.mint(_from, 100e6);
    }

    function test_ItLooksLikeUsdc() public view {
        assertEq(_usd.decimals(), 6, "decimals");
        assertEq(keccak256(bytes(_usd.version())), keccak256("2"), "version");
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Test USD"),
                keccak256("2"),
                block.chainid,
                address(_usd)
            )
        );
        assertEq(_usd.DOMAIN_SEPARATOR(), domain, "domain");
    }

    function test_OnlyTheMinterMints() public {
        vm.prank(TO);
        vm.expectRevert(abi.encodeWithSelector(TestUSD.NotMinter.selector, TO));
        _usd.mint(TO, 1);
    }

    function test_ATransferInBothForms() public {
        bytes32 digest = transferDigest(1e6, 0, FOREVER, NONCE);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, digest);
        vm.expectEmit(address(_usd));
        emit TestUSD.AuthorizationUsed(_from, NONCE);
        _usd.transferWithAuthorization(_from, TO, 1e6, 0, FOREVER, NONCE, v, r, s);
        bytes memory signature = signed(KEY, transferDigest(2e6, 0, FOREVER, "other"));
        _usd.transferWithAuthorization(_from, TO, 2e6, 0, FOREVER, "other", signature);
        assertEq(_usd.balanceOf(TO), 3e6, "received");
        assertTrue(_usd.authorizationState(_from, NONCE), "used");
    }

    function test_AnAuthorizationCountsOnceAndBetweenItsTimes() public {
        bytes memory signature = signed(KEY, transferDigest(1e6, 1_799_999_999, 1_800_000_001, NONCE));
        vm.warp(1_799_999_999);
        vm.expectRevert(abi.encodeWithSelector(TestUSD.AuthorizationNotYetValid.selector, 1_799_999_999));
        _usd.transferWithAuthorization(_from, TO, 1e6, 1_799_999_999, 1_800_000_001, NONCE, signature);
        vm.warp(1_800_000_001);
        vm.expectRevert(abi.encodeWithSelector(TestUSD.AuthorizationExpired.selector, 1_800_000_001));
        _usd.transferWithAuthorization(_from, TO, 1e6, 1_799_999_999, 1_800_000_001, NONCE, signature);
        vm.warp(1_800_000_000);
        _usd.transferWithAuthorization(_from, TO, 1e6, 1_799_999_999, 1_800_000_001, NONCE, signature);
        vm.expectRevert(abi.encodeWithSelector(TestUSD.AuthorizationAlreadyUsed.selector, _from, NONCE));
        _usd.transferWithAuthorization(_from, TO, 1e6, 1_799_999_999, 1_800_000_001, NONCE, signature);
    }

    function test_AForeignOrMalleatedSignatureReverts() public {
        bytes32 digest = transferDigest(1e6, 0, FOREVER, NONCE);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, digest);
        uint256 n = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
        bytes memory invalid = abi.encodeWithSelector(Signatures.InvalidSignature.selector, _from);
        vm.expectRevert(invalid);
        _usd.transferWithAuthorization(_from, TO, 1e6, 0, FOREVER, NONCE, v == 27 ? 28 : 27, r, bytes32(n - uint256(s)));
        bytes memory foreign = signed(OTHER_KEY, digest);
        vm.expectRevert(invalid);
        _usd.transferWithAuthorization(_from, TO, 1e6, 0, FOREVER, NONCE, foreign);
        vm.expectRevert(abi.encodeWithSelector(Signatures.InvalidSignature.selector, address(0)));
        _usd.transferWithAuthorization(address(0), TO, 0, 0, FOREVER, NONCE, new bytes(65));
    }

    function test_OnlyThePayeeReceives() public {
        bytes32 typehash = _usd.RECEIVE_WITH_AUTHORIZATION_TYPEHASH();
        bytes32 digest = digestOf(keccak256(abi.encode(typehash, _from, TO, 1e6, 0, FOREVER, NONCE)));
        bytes memory signature = signed(KEY, digest);
        vm.expectRevert(abi.encodeWithSelector(TestUSD.NotPayee.selector, address(this), TO));
        _usd.receiveWithAuthorization(_from, TO, 1e6, 0, FOREVER, NONCE, signature);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, digest);
        vm.prank(TO);
        _usd.receiveWithAuthorization(_from, TO, 1e6, 0, FOREVER, NONCE, v, r, s);
        assertEq(_usd.balanceOf(TO), 1e6, "received");
    }

    function test_ACancelledAuthorizationIsWorthless() public {
        bytes32 typehash = _usd.CANCEL_AUTHORIZATION_TYPEHASH();
        bytes memory signature = signed(KEY, digestOf(keccak256(abi.encode(typehash, _from, NONCE))));
        vm.expectEmit(address(_usd));
        emit TestUSD.AuthorizationCanceled(_from, NONCE);
        _usd.cancelAuthorization(_from, NONCE, signature);
        signature = signed(KEY, transferDigest(1e6, 0, FOREVER, NONCE));
        vm.expectRevert(abi.encodeWithSelector(TestUSD.AuthorizationAlreadyUsed.selector, _from, NONCE));
        _usd.transferWithAuthorization(_from, TO, 1e6, 0, FOREVER, NONCE, signature);
    }

    function test_AContractWalletMayPay() public {
        _from = address(new Vault(vm.addr(OTHER_KEY)));
        _usd.mint(_from, 1e6);
        bytes memory signature = signed(OTHER_KEY, transferDigest(1e6, 0, FOREVER, NONCE));
        _usd.transferWithAuthorization(_from, TO, 1e6, 0, FOREVER, NONCE, signature);
        assertEq(_usd.balanceOf(TO), 1e6, "received");
    }

    function test_PermitSetsAnAllowanceOnce() public {
        bytes32 typehash = _usd.PERMIT_TYPEHASH();
        bytes32 digest = digestOf(keccak256(abi.encode(typehash, _from, TO, 5e6, 0, 1_800_000_000)));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, digest);
        _usd.permit(_from, TO, 5e6, 1_800_000_000, v, r, s);
        assertEq(_usd.allowance(_from, TO), 5e6, "allowance");
        assertEq(_usd.nonces(_from), 1, "nonce");
        vm.expectRevert(abi.encodeWithSelector(Signatures.InvalidSignature.selector, _from));
        _usd.permit(_from, TO, 5e6, 1_800_000_000, v, r, s);
        vm.warp(1_800_000_001);
        vm.expectRevert(abi.encodeWithSelector(TestUSD.PermitExpired.selector, 1_800_000_000));
        _usd.permit(_from, TO, 5e6, 1_800_000_000, v, r, s);
    }

    function transferDigest(uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce)
        private
        view
        returns (bytes32)
    {
        bytes32 typehash = keccak256(
            "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
        );
        return digestOf(keccak256(abi.encode(typehash, _from, TO, value, validAfter, validBefore, nonce)));
    }

    function digestOf(bytes32 structHash) private view returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", _usd.DOMAIN_SEPARATOR(), structHash));
    }
}
