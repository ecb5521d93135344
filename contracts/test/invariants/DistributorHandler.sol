// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Award} from "../../src/interfaces/IDistributor.sol";
import {DistributorFixture} from "../DistributorFixture.t.sol";
import {vm} from "../Vm.sol";

/// Roots over three accounts that only grow, some vetoed; claims by anybody, in every form; old roots and foreign keys tried.
contract DistributorHandler is DistributorFixture {
    enum Kind {
        Propose,
        Veto,
        Claim,
        ClaimMany,
        ClaimTo,
        OldRefused,
        UnsignedRefused,
        UncoveredRefused
    }

    uint256 private constant ACCOUNTS = 3;
    address public constant ELSEWHERE = address(0xE15E);

    mapping(Kind => uint256) public done;
    string public broken;

    /// All awards by epoch. An account's award grows by a vetoed epoch too: the next one still holds it.
    mapping(uint64 epoch => Award[]) private _awards;
    uint64 public epoch;
    mapping(uint64 epoch => uint256) private _activeAt;
    uint256[ACCOUNTS] private _awarded;
    /// What each account's claims came to, wherever they were sent.
    uint256[ACCOUNTS] public received;
    uint256 public elsewhere;
    uint256 public paidIn = 1_000e6;

    constructor() {
        setUp();
    }

    function doPropose(uint256 more, uint256 who) external {
        if (distributor.pendingRoot().epoch != 0) return;
        more = bound(more, 1, 100e6);
        usd.mint(address(distributor), more); // an escrow's pool
        paidIn += more;
        _awarded[who % ACCOUNTS] += more;
        Award[] memory awards = awardsOf(ACCOUNTS, ++epoch, 0);
        uint256 total;
        for (uint256 i; i < ACCOUNTS; ++i) {
            (awards[i].account, awards[i].cumulative) = (vm.addr(key(i)), _awarded[i]);
            total += _awarded[i];
        }
        propose(treeOf(awards), epoch, total);
        for (uint256 i; i < ACCOUNTS; ++i) {
            _awards[epoch].push(awards[i]);
        }
        _activeAt[epoch] = vm.getBlockTimestamp() + DELAY;
        ++done[Kind.Propose];
    }

    function doVeto(uint256 seed) external {
        if (seed % 3 != 0 || distributor.pendingRoot().epoch == 0) return;
        vm.prank(GUARDIAN);
        distributor.veto();
        _activeAt[epoch] = type(uint256).max;
        ++done[Kind.Veto];
    }

    function doClaim(uint256 who) external {
        (bool due, Award memory award) = dueTo(who);
        if (!due) return;
        received[who % ACCOUNTS] += distributor.claim(award);
        ++done[Kind.Claim];
    }

    function doClaimMany() external {
        uint64 active = uint64(distributor.activeRoot().epoch);
        if (active == 0) return;
        Award[] memory awards = _awards[active];
        uint256[ACCOUNTS] memory before;
        for (uint256 i; i < ACCOUNTS; ++i) {
            before[i] = distributor.claimed(vm.addr(key(i)));
        }
        if (distributor.claimMany(awards) == 0) return;
        for (uint256 i; i < ACCOUNTS; ++i) {
            received[i] += distributor.claimed(vm.addr(key(i))) - before[i];
        }
        ++done[Kind.ClaimMany];
    }

    function doClaimTo(uint256 who) external {
        (bool due, Award memory award) = dueTo(who);
        if (!due) return;
        uint256 until = vm.getBlockTimestamp();
        bytes memory signature = signed(key(who % ACCOUNTS), claimToDigest(award, ELSEWHERE, until));
        uint256 amount = distributor.claimTo(award, ELSEWHERE, until, signature);
        received[who % ACCOUNTS] += amount;
        elsewhere += amount;
        ++done[Kind.ClaimTo];
    }

    function passTime(uint256 time) external {
        vm.warp(vm.getBlockTimestamp() + bound(time, 1, 2 * DELAY));
    }

    /// Awards of any epoch but the active one, newer (waiting, vetoed) or older.
    function tryOld(uint64 which, uint256 who) external {
        if (epoch == 0) return;
        which = 1 + which % epoch;
        if (which == distributor.activeRoot().epoch) return;
        attempt(
            abi.encodeCall(distributor.claim, (_awards[which][who % ACCOUNTS])), Kind.OldRefused, "another root counted"
        );
    }

    function tryUnsigned(uint256 who) external {
        if (distributor.pendingRoot().epoch != 0) return;
        uint256 total = distributor.activeRoot().total;
        bytes32 digest = rootDigest("forged", epoch + 1, total);
        bytes memory signature = signed(who % 2 == 0 ? RELEASER_KEY : STRANGER_KEY, digest);
        if (who % 2 == 1) vm.prank(ROOT_SETTER);
        bytes memory data = abi.encodeCall(distributor.proposeRoot, ("forged", epoch + 1, total, "", signature));
        attempt(data, Kind.UnsignedRefused, "one key set a root");
    }

    function tryUncovered() external {
        if (distributor.pendingRoot().epoch != 0) return;
        bytes memory signature = signed(RELEASER_KEY, rootDigest("rich", epoch + 1, paidIn + 1));
        bytes memory data = abi.encodeCall(distributor.proposeRoot, ("rich", epoch + 1, paidIn + 1, "", signature));
        vm.prank(ROOT_SETTER);
        attempt(data, Kind.UncoveredRefused, "a root was not covered");
    }

    /// The epoch that should be active, by the handler's own books.
    function activeEpoch() external view returns (uint256) {
        for (uint64 e = epoch; e > 0; --e) {
            if (_activeAt[e] <= vm.getBlockTimestamp()) return e;
        }
        return 0;
    }

    function account(uint256 i) external pure returns (address) {
        return vm.addr(key(i));
    }

    function contracts() external view returns (address, address) {
        return (address(distributor), address(usd));
    }

    function attempt(bytes memory data, Kind kind, string memory what) private {
        (bool ok,) = address(distributor).call(data);
        if (ok) broken = what;
        else ++done[kind];
    }

    function dueTo(uint256 who) private view returns (bool, Award memory award) {
        uint64 active = uint64(distributor.activeRoot().epoch);
        if (active == 0) return (false, award);
        award = _awards[active][who % ACCOUNTS];
        return (award.cumulative > distributor.claimed(award.account), award);
    }

    function key(uint256 i) private pure returns (uint256) {
        return 0xACC0 + i;
    }
}
