// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Distributor} from "../../src/Distributor.sol";
import {Payment, Pool, Terms} from "../../src/interfaces/IBountyEscrow.sol";
import {BountyEscrowFixture} from "../BountyEscrowFixture.t.sol";
import {vm} from "../Vm.sol";

/// What the money's path costs when everybody in it held the token before. Every call is a transaction of its own, with its
/// 21,000 and its calldata. The ceilings are the design's; `contracts/gas.snapshot` holds the tests' own figures.
/// forge-config: default.isolate = true
contract BountyEscrowGasTest is BountyEscrowFixture {
    address private constant ROOT_SETTER = address(0x2007);
    Distributor private _distributor;
    Terms private _t;

    function setUp() public override {
        super.setUp();
        _distributor = new Distributor(usd, ROOT_SETTER, releaser, address(0x6A), 1 hours, DOMAIN);
        _t = terms();
        _t.distributor = address(_distributor);
        Terms memory earlier = _t;
        earlier.salt = "earlier";
        fund(earlier, 100e6);
        usd.mint(FEE_TO, 1);
        usd.mint(address(_distributor), 10e6);
        for (uint256 i; i < 10; ++i) {
            usd.mint(payee(i), 1);
        }
        // Two roots, so that both places were written.
        proposal(1, 1e6);
        vm.warp(START + 1 hours);
        proposal(2, 2e6);
        vm.warp(START + 2 hours);
    }

    function test_FundAndRelease() public {
        uint256 funding = funded(10e6);
        uint256 releasing = released(0);
        record("fund", funding);
        record("release", releasing);
        assertLe(funding + releasing, 187_000, "fund + release");
    }

    function test_FundAndReleaseTen() public {
        uint256 funding = funded(100e6);
        Payment[] memory list = new Payment[](10);
        for (uint256 i; i < 10; ++i) {
            list[i] = Payment(keccak256(abi.encode(i)), payee(i), 5e6);
        }
        bytes memory signature = signed(RELEASER_KEY, releaseManyDigest(_t, list, 0));
        uint256 releasing = send(address(escrow), abi.encodeCall(escrow.releaseMany, (_t, list, 0, signature, "")));
        record("releaseMany of 10", releasing);
        assertLe(funding + releasing, 345_000, "fund + releaseMany of 10");
    }

    function test_PoolOfAHundred() public {
        funded(110e6);
        released(0);
        Pool memory pool = Pool(keccak256("captures"), 100, 90e6, 4.5e6);
        bytes memory signature = signed(RELEASER_KEY, releasePoolDigest(_t, pool, 5.25e6));
        bytes memory data = abi.encodeCall(escrow.releasePool, (_t, pool, 5.25e6, signature, ""));
        uint256 pooling = send(address(escrow), data);
        uint256 proposing = proposal(3, 92e6);
        record("releasePool", pooling);
        record("proposeRoot", proposing);
        assertLe((pooling + proposing) / 100, 1_200, "releasePool + proposeRoot, per capture of 100");
    }

    function test_CloseAndReclaim() public {
        funded(100e6);
        usd.mint(REFUND_TO, 1);
        bytes memory signature = signed(RELEASER_KEY, closingDigest(_t, 50e6));
        record("close", send(address(escrow), abi.encodeCall(escrow.close, (_t, 50e6, signature, ""))));
        Terms memory earlier = _t;
        earlier.salt = "earlier";
        vm.warp(DEADLINE + GRACE);
        record("reclaim", send(address(escrow), abi.encodeCall(escrow.reclaim, (earlier))));
    }

    function funded(uint256 amount) private returns (uint256) {
        bytes memory signature = authorize(FUNDER_KEY, amount, 0, FOREVER, entryId(_t));
        return send(address(escrow), abi.encodeCall(escrow.fund, (_t, amount, 0, FOREVER, signature)));
    }

    function released(uint256 paidBefore) private returns (uint256) {
        Payment memory p = Payment(keccak256("capture"), payee(0), 5e6);
        bytes memory signature = signed(RELEASER_KEY, releaseDigest(_t, p, paidBefore));
        return send(address(escrow), abi.encodeCall(escrow.release, (_t, p, paidBefore, signature, "")));
    }

    function proposal(uint64 epoch, uint256 total) private returns (uint256) {
        bytes32 root = keccak256(abi.encode(epoch));
        bytes32 typehash = keccak256("Root(bytes32 root,uint64 epoch,uint256 totalCumulative)");
        bytes32 message = keccak256(abi.encode(typehash, root, epoch, total));
        bytes memory signature = signed(RELEASER_KEY, digestIn(DOMAIN, "1", address(_distributor), message));
        string memory uri = "https://example.org/v1/roots/00000003";
        vm.prank(ROOT_SETTER);
        return
            send(address(_distributor), abi.encodeCall(_distributor.proposeRoot, (root, epoch, total, uri, signature)));
    }

    function send(address to, bytes memory data) private returns (uint256) {
        (bool ok,) = to.call(data);
        assertTrue(ok, "the transaction succeeds");
        return vm.lastCallGas().gasTotalUsed;
    }

    function record(string memory what, uint256 gas) private {
        vm.snapshotValue("money", what, gas);
    }

    function payee(uint256 i) private pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encode("payee", i)))));
    }
}
