// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Distributor} from "../../src/Distributor.sol";
import {TestUSD} from "../../src/TestUSD.sol";
import {Test} from "../Vm.sol";
import {DistributorHandler} from "./DistributorHandler.sol";

contract DistributorInvariants is Test {
    DistributorHandler private _handler;
    Distributor private _distributor;
    TestUSD private _usd;

    function setUp() public {
        _handler = new DistributorHandler();
        (address distributor, address usd) = _handler.contracts();
        (_distributor, _usd) = (Distributor(distributor), TestUSD(usd));
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        bytes4[] memory all = new bytes4[](9);
        all[0] = DistributorHandler.doPropose.selector;
        all[1] = DistributorHandler.doVeto.selector;
        all[2] = DistributorHandler.doClaim.selector;
        all[3] = DistributorHandler.doClaimMany.selector;
        all[4] = DistributorHandler.doClaimTo.selector;
        all[5] = DistributorHandler.passTime.selector;
        all[6] = DistributorHandler.tryOld.selector;
        all[7] = DistributorHandler.tryUnsigned.selector;
        all[8] = DistributorHandler.tryUncovered.selector;
        targets[0] = FuzzSelector(address(_handler), all);
    }

    /// All of them after every call of one campaign: each sees every call.
    function invariant_Distributor() public view {
        checkClaimsAreWithinTheActiveTotal();
        checkEachAccountReceivedWhatItClaimed();
        if (bytes(_handler.broken()).length > 0) revert NotTrue(_handler.broken());
    }

    function checkClaimsAreWithinTheActiveTotal() private view {
        assertEq(_distributor.activeRoot().epoch, _handler.activeEpoch(), "the active epoch");
        uint256 total = _distributor.activeRoot().total;
        assertLe(_distributor.totalClaimed(), total, "claimed within the active root's total");
        uint256 balance = _usd.balanceOf(address(_distributor));
        assertEq(balance + _distributor.totalClaimed(), _handler.paidIn(), "nothing else left the contract");
        assertLe(total - _distributor.totalClaimed(), balance, "the balance covers what is unclaimed");
    }

    /// The handler adds up what each claim moved: `claimed` equals that sum, so it never decreased.
    function checkEachAccountReceivedWhatItClaimed() private view {
        uint256 sum;
        uint256 held = _usd.balanceOf(_handler.ELSEWHERE());
        assertEq(held, _handler.elsewhere(), "only what accounts sent elsewhere");
        for (uint256 i; i < 3; ++i) {
            address account = _handler.account(i);
            assertEq(_distributor.claimed(account), _handler.received(i), "claimed is what was received");
            sum += _distributor.claimed(account);
            held += _usd.balanceOf(account);
        }
        assertEq(sum, _distributor.totalClaimed(), "the sum of all claims");
        assertEq(held, sum, "claims reached the accounts");
    }

    /// The handler's calls do what they are for: a fixed walk reaches every kind, and all invariants hold on it.
    function test_TheHandlerReachesEveryKind() public {
        for (uint256 i; i < 60; ++i) {
            uint256 seed = uint256(keccak256(abi.encode(i)));
            _handler.tryUnsigned(seed);
            _handler.tryUncovered();
            _handler.doPropose(seed, seed >> 8);
            _handler.doVeto(seed >> 16);
            _handler.passTime(seed >> 24);
            _handler.tryOld(uint64(seed >> 32), seed);
            if (seed % 3 == 0) _handler.doClaim(seed >> 40);
            if (seed % 3 == 1) _handler.doClaimTo(seed >> 48);
            if (seed % 3 == 2) _handler.doClaimMany();
            invariant_Distributor();
        }
        for (uint256 kind; kind <= uint256(type(DistributorHandler.Kind).max); ++kind) {
            assertTrue(_handler.done(DistributorHandler.Kind(kind)) > 0, "a kind of call never succeeded");
        }
    }
}
