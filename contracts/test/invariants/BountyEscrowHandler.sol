// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {TestUSD} from "../../src/TestUSD.sol";
import {Payment, Phase, Pool, Terms} from "../../src/interfaces/IBountyEscrow.sol";
import {Blocklist} from "../BountyEscrowDoubles.t.sol";
import {BountyEscrowFixture} from "../BountyEscrowFixture.t.sol";
import {vm} from "../Vm.sol";

/// Several funders, some of the same bounty, their releaser, payees the token may refuse, an attacker and time. Does what can
/// be done and keeps books of its own; tries what must not be possible and notes if it was.
contract BountyEscrowHandler is BountyEscrowFixture {
    enum Kind {
        Fund,
        TopUp,
        Release,
        ReleaseMany,
        ReleasePool,
        Close,
        Reclaim,
        Deliver,
        ReplayRefused,
        ForgeryRefused,
        EarlyReclaimRefused,
        OverReleaseRefused
    }

    struct Book {
        uint256 funded;
        uint256 paid;
        uint256 refunded;
        uint256 owedTotal;
        Phase phase;
    }

    uint256 private constant FUNDERS = 3;
    uint256 private constant PAYEES = 4;
    uint256 private constant MOST_ENTRIES = 8;
    address public constant ATTACKER = address(0xBAD);

    /// How often each kind of call did what it is for.
    mapping(Kind => uint256) public done;
    string public broken;

    Terms[] private _terms;
    bytes32[] private _ids;
    Book[] private _books;
    bytes[] private _landed;
    address[] private _receivers;
    mapping(address => uint256) public expected;
    uint256 private _captures;

    constructor() {
        setUp();
        vm.etch(address(usd), address(new Blocklist()).code);
        for (uint256 i; i < FUNDERS; ++i) {
            usd.mint(vm.addr(funderKey(i)), 1_000_000e6);
            _receivers.push(refundTo(i));
        }
        for (uint256 i; i < PAYEES; ++i) {
            _receivers.push(payee(i));
        }
        _receivers.push(POOL);
        _receivers.push(FEE_TO);
    }

    // What can be done.

    function doFund(uint256 who, uint256 amount, bool cosigned) external {
        if (_terms.length == MOST_ENTRIES) return;
        who %= FUNDERS;
        amount = bound(amount, 1, 1_000e6);
        Terms memory t = terms();
        t.funder = vm.addr(funderKey(who));
        t.refundTo = refundTo(who);
        t.bounty = bytes32(_terms.length / 3); // entries come three to a bounty
        t.salt = bytes32(_terms.length);
        t.deadline = uint64(vm.getBlockTimestamp()) + 1 days;
        if (cosigned) (t.cosigner, t.cosignAbove) = (vm.addr(COSIGNER_KEY), 100e6);
        escrow.fund(t, amount, 0, FOREVER, authorize(funderKey(who), amount, 0, FOREVER, entryId(t)));
        _terms.push(t);
        _ids.push(entryId(t));
        _books.push(Book(amount, 0, 0, 0, Phase.Open));
        ++done[Kind.Fund];
    }

    function doTopUp(uint256 which, uint256 amount) external {
        (bool found, uint256 place) = find(which, Phase.Open, Phase.Open);
        if (!found || vm.getBlockTimestamp() > _terms[place].deadline) return;
        amount = bound(amount, 1, 1_000e6);
        bytes32 salt = bytes32(++_captures);
        uint256 key = funderKey(uint160(_terms[place].refundTo) - uint160(refundTo(0)));
        bytes memory signature = authorize(key, amount, 0, FOREVER, topUpNonce(entryId(_terms[place]), salt));
        escrow.topUp(_terms[place], salt, amount, 0, FOREVER, signature);
        _books[place].funded += amount;
        ++done[Kind.TopUp];
    }

    function doRelease(uint256 which, uint256 who, uint256 amount) external {
        (bool found, uint256 place) = find(which, Phase.Open, Phase.Closed);
        if (!found) return;
        amount = affordable(place, amount, 1);
        if (amount == 0) return;
        Payment memory p = Payment(bytes32(++_captures), payee(who), amount);
        bytes32 digest = releaseDigest(_terms[place], p, _books[place].paid);
        land(abi.encodeCall(escrow.release, (_terms[place], p, _books[place].paid, sign(digest), cosign(digest))));
        book(place, p.to, amount, ceilFee(amount));
        ++done[Kind.Release];
    }

    function doReleaseMany(uint256 which, uint256 count, uint256 amount) external {
        (bool found, uint256 place) = find(which, Phase.Open, Phase.Closed);
        if (!found) return;
        count = bound(count, 1, 5);
        amount = affordable(place, amount, count);
        if (amount == 0) return;
        Payment[] memory list = new Payment[](count);
        for (uint256 i; i < count; ++i) {
            list[i] = Payment(bytes32(++_captures), payee(i), amount);
        }
        bytes32 digest = releaseManyDigest(_terms[place], list, _books[place].paid);
        land(
            abi.encodeCall(escrow.releaseMany, (_terms[place], list, _books[place].paid, sign(digest), cosign(digest)))
        );
        for (uint256 i; i < count; ++i) {
            book(place, list[i].to, amount, ceilFee(amount));
        }
        ++done[Kind.ReleaseMany];
    }

    function doReleasePool(uint256 which, uint256 count, uint256 amount) external {
        (bool found, uint256 place) = find(which, Phase.Open, Phase.Closed);
        if (!found) return;
        count = bound(count, 1, 100);
        amount = affordable(place, amount, count);
        if (amount == 0) return;
        Pool memory pool = Pool(bytes32(++_captures), uint16(count), amount * count, ceilFee(amount) * count);
        bytes32 digest = releasePoolDigest(_terms[place], pool, _books[place].paid);
        land(
            abi.encodeCall(escrow.releasePool, (_terms[place], pool, _books[place].paid, sign(digest), cosign(digest)))
        );
        book(place, POOL, pool.total, pool.fee);
        ++done[Kind.ReleasePool];
    }

    function doClose(uint256 which, uint256 owed) external {
        (bool found, uint256 place) = find(which, Phase.Open, Phase.Open);
        if (!found) return;
        Book storage b = _books[place];
        owed = bound(owed, b.paid, b.funded);
        bytes32 digest = closingDigest(_terms[place], owed);
        escrow.close(_terms[place], owed, sign(digest), cosign(digest));
        (b.owedTotal, b.refunded, b.phase) = (owed, b.funded - owed, Phase.Closed);
        expected[_terms[place].refundTo] += b.refunded;
        ++done[Kind.Close];
    }

    function doReclaim(uint256 which) external {
        (bool found, uint256 place) = find(which, Phase.Open, Phase.Open);
        if (!found || vm.getBlockTimestamp() < _terms[place].deadline + GRACE) return;
        vm.prank(ATTACKER);
        escrow.reclaim(_terms[place]);
        Book storage b = _books[place];
        (b.refunded, b.phase) = (b.funded - b.paid, Phase.Reclaimed);
        expected[_terms[place].refundTo] += b.refunded;
        ++done[Kind.Reclaim];
    }

    function doDeliver(uint256 who) external {
        address account = payee(who);
        if (escrow.undelivered(account) == 0) return;
        Blocklist(address(usd)).blockAccount(account, false);
        escrow.deliver(account);
        ++done[Kind.Deliver];
    }

    function refuseAccount(uint256 who, bool refused) external {
        Blocklist(address(usd)).blockAccount(payee(who), refused);
    }

    function passTime(uint256 time, bool long) external {
        vm.warp(vm.getBlockTimestamp() + bound(time, 1, long ? 16 days : 12 hours));
    }

    // What must not be possible.

    function tryReplay(uint256 which) external {
        if (_landed.length == 0) return;
        attempt(_landed[which % _landed.length], Kind.ReplayRefused, "a release landed twice");
    }

    function tryForgery(uint256 which, uint256 amount) external {
        if (_terms.length == 0) return;
        uint256 place = which % _terms.length;
        amount = affordable(place, amount, 1);
        Payment memory p = Payment(bytes32(++_captures), ATTACKER, amount == 0 ? 1 : amount);
        uint256 paid = _books[place].paid;
        bytes memory signature = signed(STRANGER_KEY, releaseDigest(_terms[place], p, paid));
        bytes memory data = abi.encodeCall(escrow.release, (_terms[place], p, paid, signature, signature));
        attempt(data, Kind.ForgeryRefused, "a forged release landed");
        signature = signed(STRANGER_KEY, closingDigest(_terms[place], paid));
        data = abi.encodeCall(escrow.close, (_terms[place], paid, signature, signature));
        attempt(data, Kind.ForgeryRefused, "a forged statement landed");
    }

    function tryReclaim(uint256 which) external {
        if (_terms.length == 0) return;
        uint256 place = which % _terms.length;
        if (_books[place].phase == Phase.Open && vm.getBlockTimestamp() >= _terms[place].deadline + GRACE) return;
        bytes memory data = abi.encodeCall(escrow.reclaim, (_terms[place]));
        attempt(data, Kind.EarlyReclaimRefused, "an entry was reclaimed early, twice or after its statement");
    }

    function tryOverRelease(uint256 which) external {
        (bool found, uint256 place) = find(which, Phase.Open, Phase.Closed);
        if (!found) return;
        Book storage b = _books[place];
        Payment memory p = Payment(bytes32(++_captures), payee(0), b.funded - b.refunded - b.paid + 1);
        bytes32 digest = releaseDigest(_terms[place], p, b.paid);
        bytes memory data = abi.encodeCall(escrow.release, (_terms[place], p, b.paid, sign(digest), cosign(digest)));
        attempt(data, Kind.OverReleaseRefused, "more was released than the entry holds");
    }

    // Its books.

    function entries() external view returns (uint256) {
        return _terms.length;
    }

    function entryAt(uint256 place) external view returns (bytes32 id, Book memory b) {
        return (_ids[place], _books[place]);
    }

    function receivers() external view returns (address[] memory) {
        return _receivers;
    }

    function refundedTo(address to) external view returns (uint256 sum) {
        for (uint256 i; i < _terms.length; ++i) {
            if (_terms[i].refundTo == to) sum += _books[i].refunded;
        }
    }

    function contracts() external view returns (address, address) {
        return (address(escrow), address(usd));
    }

    function funders() external view returns (address[] memory all) {
        all = new address[](FUNDERS + 1);
        all[FUNDERS] = funder; // the fixture's, who funds nothing here
        for (uint256 i; i < FUNDERS; ++i) {
            all[i] = vm.addr(funderKey(i));
        }
    }

    function land(bytes memory data) private {
        (bool ok, bytes memory reason) = address(escrow).call(data);
        if (!ok) {
            assembly {
                revert(add(reason, 0x20), mload(reason))
            }
        }
        _landed.push(data);
    }

    function book(uint256 place, address to, uint256 amount, uint256 fee) private {
        _books[place].paid += amount + fee;
        expected[to] += amount;
        expected[FEE_TO] += fee;
    }

    function attempt(bytes memory data, Kind kind, string memory what) private {
        vm.prank(ATTACKER);
        (bool ok,) = address(escrow).call(data);
        if (ok) broken = what;
        else ++done[kind];
    }

    /// The first entry from `which` on in one of two phases.
    function find(uint256 which, Phase one, Phase other) private view returns (bool, uint256 place) {
        uint256 length = _books.length;
        for (uint256 i; i < length; ++i) {
            place = (which % length + i) % length;
            if (_books[place].phase == one || _books[place].phase == other) return (true, place);
        }
        return (false, 0);
    }

    /// An amount that the entry can pay `count` times with its fees, or zero.
    function affordable(uint256 place, uint256 amount, uint256 count) private view returns (uint256) {
        Book storage b = _books[place];
        uint256 most = (b.funded - b.refunded - b.paid) / count;
        most = most * 10_000 / (10_000 + FEE_BPS);
        while (most > 0 && most + ceilFee(most) > (b.funded - b.refunded - b.paid) / count) --most;
        return most == 0 ? 0 : bound(amount, 1, most);
    }

    function sign(bytes32 digest) private pure returns (bytes memory) {
        return signed(RELEASER_KEY, digest);
    }

    function cosign(bytes32 digest) private pure returns (bytes memory) {
        return signed(COSIGNER_KEY, digest);
    }

    function funderKey(uint256 i) private pure returns (uint256) {
        return FUNDER_KEY + 0x100 + i;
    }

    function refundTo(uint256 i) private pure returns (address) {
        return address(uint160(0xF100 + i));
    }

    function payee(uint256 i) private pure returns (address) {
        return address(uint160(0xA100 + i % PAYEES));
    }
}
