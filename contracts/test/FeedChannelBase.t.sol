// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AuthorizationCollector} from "../src/AuthorizationCollector.sol";
import {FeedChannel} from "../src/FeedChannel.sol";
import {TestUSD} from "../src/TestUSD.sol";
import {IFeedChannel} from "../src/interfaces/IFeedChannel.sol";
import {Test, vm} from "./Vm.sol";

/// A channel contract, its collector and token at fixed addresses, and the messages that x402's parties sign.
abstract contract FeedChannelBase is Test, IFeedChannel {
    /// Where x402 has its contracts on every chain (x402's evm package 2.27.0).
    address internal constant CANONICAL = 0x4020074e9dF2ce1deE5A9C1b5c3f541D02a10003;
    address internal constant CANONICAL_COLLECTOR = 0x4020806089470a89826cB9fB1f4059150b550004;

    uint256 internal constant PAYER_KEY = 0xa11ce;
    uint256 internal constant PAYER_AUTHORIZER_KEY = 0xb0b;
    uint256 internal constant RECEIVER_AUTHORIZER_KEY = 0xca1;
    address internal constant RECEIVER = 0x1111111111111111111111111111111111111111;
    address internal constant STRANGER = 0x5555555555555555555555555555555555555555;
    uint40 internal constant DELAY = 1 days;

    FeedChannel internal feed = FeedChannel(CANONICAL);
    AuthorizationCollector internal collector = AuthorizationCollector(CANONICAL_COLLECTOR);
    TestUSD internal usd;
    address internal payer = vm.addr(PAYER_KEY);
    address internal payerAuthorizer = vm.addr(PAYER_AUTHORIZER_KEY);
    address internal receiverAuthorizer = vm.addr(RECEIVER_AUTHORIZER_KEY);

    function setUp() public virtual {
        vm.warp(1_800_000_000);
        vm.etch(CANONICAL, address(new FeedChannel()).code);
        vm.etch(CANONICAL_COLLECTOR, address(new AuthorizationCollector(CANONICAL)).code);
        usd = new TestUSD(address(this));
        usd.mint(payer, 1_000_000e6);
    }

    function theConfig() internal view returns (ChannelConfig memory) {
        return configOf(bytes32(0));
    }

    function configOf(bytes32 salt) internal view returns (ChannelConfig memory) {
        return ChannelConfig(payer, payerAuthorizer, RECEIVER, receiverAuthorizer, address(usd), DELAY, salt);
    }

    function deposit(ChannelConfig memory config, uint128 amount, uint256 salt) internal {
        feed.deposit(config, amount, address(collector), authorization(config, amount, salt));
    }

    /// The payer's EIP-3009 authorization as the collector takes it.
    function authorization(ChannelConfig memory config, uint128 amount, uint256 salt)
        internal
        view
        returns (bytes memory)
    {
        return authorizationFor(PAYER_KEY, feed.getChannelId(config), amount, salt);
    }

    function authorizationFor(uint256 key, bytes32 channelId, uint128 amount, uint256 salt)
        internal
        view
        returns (bytes memory)
    {
        bytes32 nonce = keccak256(abi.encode(channelId, salt));
        uint256 validBefore = vm.getBlockTimestamp() + 1 hours;
        bytes32 message = keccak256(
            abi.encode(
                usd.RECEIVE_WITH_AUTHORIZATION_TYPEHASH(),
                vm.addr(key),
                address(collector),
                uint256(amount),
                uint256(0),
                validBefore,
                nonce
            )
        );
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", usd.DOMAIN_SEPARATOR(), message));
        return abi.encode(uint256(0), validBefore, salt, signed(key, digest));
    }

    /// A claim of `used` with a voucher of the payer authorizer over `ceiling`.
    function row(ChannelConfig memory config, uint128 ceiling, uint128 used)
        internal
        view
        returns (VoucherClaim memory)
    {
        return rowBy(PAYER_AUTHORIZER_KEY, config, ceiling, used);
    }

    function rowBy(uint256 key, ChannelConfig memory config, uint128 ceiling, uint128 used)
        internal
        view
        returns (VoucherClaim memory)
    {
        bytes32 digest = feed.getVoucherDigest(feed.getChannelId(config), ceiling);
        return VoucherClaim(Voucher(config, ceiling), signed(key, digest), used);
    }

    function rows(VoucherClaim memory only) internal pure returns (VoucherClaim[] memory list) {
        list = new VoucherClaim[](1);
        list[0] = only;
    }

    function rows(VoucherClaim memory first, VoucherClaim memory second)
        internal
        pure
        returns (VoucherClaim[] memory list)
    {
        list = new VoucherClaim[](2);
        (list[0], list[1]) = (first, second);
    }

    function claim(VoucherClaim memory only) internal {
        VoucherClaim[] memory list = rows(only);
        vm.prank(RECEIVER);
        feed.claim(list);
    }

    function batchSignature(VoucherClaim[] memory list) internal view returns (bytes memory) {
        return signed(RECEIVER_AUTHORIZER_KEY, feed.getClaimBatchDigest(list));
    }

    function refundSignature(ChannelConfig memory config, uint256 nonce, uint128 amount)
        internal
        view
        returns (bytes memory)
    {
        return signed(RECEIVER_AUTHORIZER_KEY, feed.getRefundDigest(feed.getChannelId(config), nonce, amount));
    }

    function assertChannel(ChannelConfig memory config, uint256 balance, uint256 claimed) internal view {
        (uint128 actualBalance, uint128 actualClaimed) = feed.channels(feed.getChannelId(config));
        assertEq(actualBalance, balance, "balance of the channel");
        assertEq(actualClaimed, claimed, "claimed of the channel");
    }
}
