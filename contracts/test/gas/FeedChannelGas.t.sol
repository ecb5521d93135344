// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {FeedChannelBase} from "../FeedChannelBase.t.sol";
import {vm} from "../Vm.sol";

/// What the channel's transactions cost, as their receipts would say: forge isolates every call of these tests as a transaction of its
/// own, with cold storage, the 21,000 and the calldata.
/// forge-config: default.isolate = true
contract FeedChannelGasTest is FeedChannelBase {
    /// For 1,000 reads: deposit, one claim and one settle together.
    uint256 private constant THOUSAND_READS_MAX = 235_000;
    /// x402's own contract for a claim of 100 channels and the settle, both first time.
    uint256 private constant HUNDRED_CHANNELS_MAX = 1_957_359;
    uint256 private constant CHANNELS = 100;
    uint128 private constant DEPOSIT = 10e6;
    uint128 private constant USED = 1e6;

    function setUp() public override {
        super.setUp();
        // As on a chain in use: the contract holds others' deposits, and the receiver has money.
        usd.mint(CANONICAL, 1);
        usd.mint(RECEIVER, 1);
    }

    /// What the last call cost, kept under a name.
    function receipt(string memory name) private returns (uint256 used) {
        used = vm.lastCallGas().gasTotalUsed;
        vm.snapshotValue("FeedChannel", name, used);
    }

    function test_a_thousand_reads() public {
        bytes memory auth = authorization(theConfig(), DEPOSIT, 1);
        VoucherClaim[] memory list = rows(row(theConfig(), DEPOSIT, USED));
        feed.deposit(theConfig(), DEPOSIT, CANONICAL_COLLECTOR, auth);
        uint256 used = receipt("deposit");
        vm.prank(RECEIVER);
        feed.claim(list);
        used += receipt("claim");
        feed.settle(RECEIVER, address(usd));
        used += receipt("settle");
        vm.snapshotValue("FeedChannel", "deposit, claim and settle", used);
        assertLe(used, THOUSAND_READS_MAX, "deposit, claim and settle");
    }

    function test_a_channel_in_use() public {
        deposit(theConfig(), DEPOSIT, 1);
        claim(row(theConfig(), DEPOSIT, USED));
        VoucherClaim[] memory list = rows(row(theConfig(), DEPOSIT, 2 * USED));
        bytes memory signature = batchSignature(list);
        feed.claimWithSignature(list, signature);
        receipt("claimWithSignature again");
        list = rows(row(theConfig(), DEPOSIT, 3 * USED));
        vm.prank(RECEIVER);
        feed.claim(list);
        receipt("claim again");
        signature = refundSignature(theConfig(), 0, USED);
        feed.refundWithSignature(theConfig(), USED, 0, signature);
        receipt("refundWithSignature");
        vm.prank(payer);
        feed.initiateWithdraw(theConfig(), USED);
        receipt("initiateWithdraw");
        vm.warp(vm.getBlockTimestamp() + DELAY);
        vm.prank(payer);
        feed.finalizeWithdraw(theConfig());
        receipt("finalizeWithdraw");
    }

    function test_a_hundred_channels() public {
        VoucherClaim[] memory list = hundred();
        vm.prank(RECEIVER);
        feed.claim(list);
        uint256 used = receipt("claim of 100 channels");
        feed.settle(RECEIVER, address(usd));
        used += receipt("settle of 100 channels");
        vm.snapshotValue("FeedChannel", "claim of 100 channels and settle", used);
        assertLe(used, HUNDRED_CHANNELS_MAX, "claim of 100 channels and settle");
    }

    function test_a_hundred_channels_with_one_signature() public {
        VoucherClaim[] memory list = hundred();
        bytes memory signature = batchSignature(list);
        feed.claimWithSignature(list, signature);
        receipt("claimWithSignature of 100 channels");
    }

    /// A hundred channels with a deposit and a voucher each.
    function hundred() private returns (VoucherClaim[] memory list) {
        vm.pauseGasMetering();
        list = new VoucherClaim[](CHANNELS);
        for (uint256 i = 0; i < CHANNELS; ++i) {
            ChannelConfig memory config = configOf(keccak256(abi.encode(i)));
            deposit(config, DEPOSIT, 1);
            list[i] = row(config, DEPOSIT, USED);
        }
        vm.resumeGasMetering();
    }
}
