// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {FeedChannelBase} from "./FeedChannelBase.t.sol";
import {vm} from "./Vm.sol";

/// Ids, digests and signatures that x402's evm package 2.27.0 itself made: `computeChannelId`, `signVoucher` and `buildErc3009DepositNonce`, and
/// viem's `hashTypedData` over the package's `voucherTypes`, `refundTypes` and `claimBatchTypes` under its domain. Keys as in the base:
/// payer 0xa11ce, payer authorizer 0xb0b, receiver authorizer 0xca1; the config below; voucher of 1,234,567; refund of 777 with nonce 3;
/// a batch of two entries over that voucher, 1,000,000 and 1,200,000; deposit salt 0x77….
contract FeedChannelWireTest is FeedChannelBase {
    address private constant USDC = 0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913;
    uint128 private constant CEILING = 1_234_567;

    function config() private view returns (ChannelConfig memory) {
        bytes32 salt = 0x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a;
        return ChannelConfig(payer, payerAuthorizer, RECEIVER, receiverAuthorizer, USDC, 86_400, salt);
    }

    function batch() private view returns (VoucherClaim[] memory) {
        VoucherClaim memory first = VoucherClaim(Voucher(config(), CEILING), "", 1_000_000);
        VoucherClaim memory second = VoucherClaim(Voucher(config(), CEILING), "", 1_200_000);
        return rows(first, second);
    }

    function test_the_package_and_the_contract_agree_on_a_development_chain() public {
        vm.chainId(31_337);
        bytes32 id = 0x189bd2e49b5b0f7bbd24bd2e0de671b9b671384e3f26bf49e31ce97cd03b8f47;
        assertEq(feed.getChannelId(config()), id, "channel id");
        assertEq(
            feed.getVoucherDigest(id, CEILING),
            0xab8938068f41796277509749a11fc949c078410dea282375541bcb953e351504,
            "voucher"
        );
        assertEq(
            feed.getRefundDigest(id, 3, 777),
            0xf0035a405fac8d9e054632a1115e24091b2aa32c375776afd1cb76dfd0ea81e7,
            "refund"
        );
        assertEq(
            feed.getClaimBatchDigest(batch()),
            0xc2903f99ebd2cfe03e2247338b6b82bc8836c85965e5cb10fd9f35e347126d9c,
            "claim batch"
        );
        assertEq(
            keccak256(abi.encode(id, uint256(0x7777777777777777777777777777777777777777777777777777777777777777))),
            0xe80deed5f8122d4455e87e1c589092c0769e8bab84e5b486ad3a981d766ca2db,
            "deposit nonce"
        );
    }

    function test_the_package_and_the_contract_agree_on_base() public {
        vm.chainId(8453);
        bytes32 id = 0x493af199d71dc1c228b3a600c5a7194d3ee45135be0807074273e1342adf653c;
        assertEq(feed.getChannelId(config()), id, "channel id");
        assertEq(
            feed.getVoucherDigest(id, CEILING),
            0x45015c76fab0c23283e3ee1586522638d21804cd5f5f53309e9f24960bf1de03,
            "voucher"
        );
        assertEq(
            feed.getRefundDigest(id, 3, 777),
            0x87bf4b5984560c018c968c06a6ef350f50f60783a22143800b3cec3e4982844a,
            "refund"
        );
        assertEq(
            feed.getClaimBatchDigest(batch()),
            0x863e19851a943638cc7f7b45b7243abc4ea9566cfc1b4bb28a312a6ae590ac4e,
            "claim batch"
        );
    }

    /// Also says that signatures made here stand for those that clients make.
    function test_signVoucher_of_the_package_makes_the_signature_that_claim_takes() public {
        vm.chainId(31_337);
        bytes memory expected =
            hex"acb75a248d94b245d5941475f14a0b587194ea9ac18567a4418656c84449c20032b2dcf3b9b41739c160560ef13b29ba96ea58c295390d95fa3689ad0d97d6181c";
        assertEq(keccak256(row(config(), CEILING, 0).signature), keccak256(expected), "voucher signature");
    }

    /// Selectors and topic of the package's `batchSettlementABI`, as viem's `toFunctionSelector` and `toEventSelector` give them.
    function test_selectors_are_those_of_the_package() public view {
        assertEq(bytes32(feed.multicall.selector), bytes32(bytes4(0xac9650d8)), "multicall");
        assertEq(bytes32(feed.deposit.selector), bytes32(bytes4(0x140f1e75)), "deposit");
        assertEq(bytes32(feed.claim.selector), bytes32(bytes4(0x29237b0c)), "claim");
        assertEq(bytes32(feed.claimWithSignature.selector), bytes32(bytes4(0xe43ce1f2)), "claimWithSignature");
        assertEq(bytes32(feed.settle.selector), bytes32(bytes4(0x9db32a8f)), "settle");
        assertEq(bytes32(feed.initiateWithdraw.selector), bytes32(bytes4(0xcf5cf3dc)), "initiateWithdraw");
        assertEq(bytes32(feed.finalizeWithdraw.selector), bytes32(bytes4(0xe88377b1)), "finalizeWithdraw");
        assertEq(bytes32(feed.refund.selector), bytes32(bytes4(0xdce4bfae)), "refund");
        assertEq(bytes32(feed.refundWithSignature.selector), bytes32(bytes4(0xb77433e9)), "refundWithSignature");
        assertEq(bytes32(feed.getChannelId.selector), bytes32(bytes4(0x5e5e0b87)), "getChannelId");
        assertEq(bytes32(feed.CHANNEL_CONFIG_TYPEHASH.selector), bytes32(bytes4(0x8e4a68ac)), "type hash");
        assertEq(bytes32(feed.channels.selector), bytes32(bytes4(0x7a7ebd7b)), "channels");
        assertEq(bytes32(feed.pendingWithdrawals.selector), bytes32(bytes4(0xb7f06ebe)), "pendingWithdrawals");
        assertEq(bytes32(feed.receivers.selector), bytes32(bytes4(0x21ff6389)), "receivers");
        assertEq(bytes32(feed.getVoucherDigest.selector), bytes32(bytes4(0x862bb199)), "getVoucherDigest");
        assertEq(bytes32(feed.getRefundDigest.selector), bytes32(bytes4(0xe25cf189)), "getRefundDigest");
        assertEq(bytes32(feed.refundNonce.selector), bytes32(bytes4(0xf0dc792e)), "refundNonce");
        assertEq(bytes32(feed.getClaimBatchDigest.selector), bytes32(bytes4(0x488ccc3b)), "getClaimBatchDigest");
        assertEq(Settled.selector, 0x7337b4386b690fdb8ba66905b92b9d45d33bc6626ee2620c905fb150ec0cc47d, "event Settled");
    }

    function test_the_domain_is_that_of_the_address_and_chain() public {
        vm.chainId(8453);
        (bytes1 fields, string memory name, string memory version, uint256 chainId, address contract_,,) =
            feed.eip712Domain();
        assertEq(bytes32(fields), bytes32(bytes1(0x0f)), "fields");
        assertEq(keccak256(bytes(name)), keccak256("x402 Batch Settlement"), "name");
        assertEq(keccak256(bytes(version)), keccak256("1"), "version");
        assertEq(chainId, 8453, "chain");
        assertEq(contract_, CANONICAL, "contract");
    }
}
