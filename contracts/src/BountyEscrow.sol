// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Entry, IBountyEscrow, Payment, Phase, Pool, Terms} from "./interfaces/IBountyEscrow.sol";
import {IERC3009} from "./interfaces/IERC3009.sol";
import {EscrowMessages} from "./lib/EscrowMessages.sol";
import {Fees} from "./lib/Fees.sol";
import {Signatures} from "./lib/Signatures.sol";

/// @title Holds what funders put up for bounties until releases move it to payees or it returns to the funders.
/// @notice Nobody owns it, nothing in it can be changed or paused. Money moves by the signatures that the funder's terms name,
/// to a release's payee, the terms' distributor and fee address, or back to the terms' refund address, and nowhere else.
/// @dev For a token that moves exactly what it is asked to. State changes before every call out.
contract BountyEscrow is IBountyEscrow, EIP712 {
    uint256 public constant LEAST_GRACE = 14 days;

    IERC3009 public immutable token;

    mapping(bytes32 entry => Entry) private _entries;
    /// @inheritdoc IBountyEscrow
    mapping(address account => uint256) public override undelivered;

    /// @param domainName the name in the signing domain: it differs between live and test deployments
    constructor(IERC3009 token_, string memory domainName) EIP712(domainName, "1") {
        if (address(token_).code.length == 0) revert NoCode(address(token_));
        token = token_;
    }

    /// @inheritdoc IBountyEscrow
    function fund(
        Terms calldata terms,
        uint256 amount,
        uint256 validAfter,
        uint256 validBefore,
        bytes calldata signature
    ) external override returns (bytes32 entry) {
        _checkTerms(terms);
        entry = entryIdOf(terms);
        if (_entries[entry].phase != Phase.None) revert AlreadyFunded(entry);
        _entries[entry] = Entry(_bounded(amount), 0, 0, Phase.Open);
        token.receiveWithAuthorization(terms.funder, address(this), amount, validAfter, validBefore, entry, signature);
        emit EntryFunded(entry, terms.bounty, terms.funder, amount);
    }

    /// @inheritdoc IBountyEscrow
    function topUp(
        Terms calldata terms,
        bytes32 salt,
        uint256 amount,
        uint256 validAfter,
        uint256 validBefore,
        bytes calldata signature
    ) external override {
        if (block.timestamp > terms.deadline) revert DeadlinePassed(terms.deadline);
        bytes32 id = entryIdOf(terms);
        Entry storage entry = _open(id);
        uint256 funded = _bounded(uint256(entry.funded) + _bounded(amount));
        entry.funded = uint80(funded);
        bytes32 nonce = topUpNonceOf(id, salt);
        token.receiveWithAuthorization(terms.funder, address(this), amount, validAfter, validBefore, nonce, signature);
        emit EntryToppedUp(id, amount, funded);
    }

    /// @inheritdoc IBountyEscrow
    function release(
        Terms calldata terms,
        Payment calldata payment,
        uint256 paidBefore,
        bytes calldata signature,
        bytes calldata cosignature
    ) external override {
        bytes32 id = entryIdOf(terms);
        uint256 fee = _feeOf(terms, payment);
        uint256 moved = payment.amount + fee;
        bytes32 message = EscrowMessages.ofRelease(id, payment, paidBefore);
        _checkSigners(terms, moved, message, signature, cosignature);
        _spend(id, paidBefore, moved);
        emit CapturePaid(id, payment.capture, payment.to, payment.amount, fee);
        _send(payment.to, payment.amount);
        _send(terms.feeTo, fee);
    }

    /// @inheritdoc IBountyEscrow
    function releaseMany(
        Terms calldata terms,
        Payment[] calldata payments,
        uint256 paidBefore,
        bytes calldata signature,
        bytes calldata cosignature
    ) external override {
        bytes32 id = entryIdOf(terms);
        if (payments.length == 0) revert ZeroAmount();
        uint256 amount;
        uint256 fees;
        for (uint256 i; i < payments.length; ++i) {
            amount += payments[i].amount;
            fees += _feeOf(terms, payments[i]);
        }
        bytes32 message = EscrowMessages.ofReleaseMany(id, payments, paidBefore);
        _checkSigners(terms, amount + fees, message, signature, cosignature);
        _spend(id, paidBefore, amount + fees);
        for (uint256 i; i < payments.length; ++i) {
            Payment calldata payment = payments[i];
            emit CapturePaid(id, payment.capture, payment.to, payment.amount, _feeOf(terms, payment));
            _send(payment.to, payment.amount);
        }
        _send(terms.feeTo, fees);
    }

    /// @inheritdoc IBountyEscrow
    function releasePool(
        Terms calldata terms,
        Pool calldata pool,
        uint256 paidBefore,
        bytes calldata signature,
        bytes calldata cosignature
    ) external override {
        bytes32 id = entryIdOf(terms);
        if (terms.distributor == address(0)) revert NoDistributor(id);
        if (pool.count == 0 || pool.total == 0) revert ZeroAmount();
        (uint256 least, uint256 most) = Fees.feesOf(pool.total, pool.count, terms.feeBps);
        if (pool.fee < least || pool.fee > most) revert WrongFee(least, most, pool.fee);
        uint256 moved = pool.total + pool.fee;
        bytes32 message = EscrowMessages.ofReleasePool(id, pool, paidBefore);
        _checkSigners(terms, moved, message, signature, cosignature);
        _spend(id, paidBefore, moved);
        emit PoolPaid(id, pool.capturesRoot, pool.count, pool.total, pool.fee);
        _send(terms.distributor, pool.total);
        _send(terms.feeTo, pool.fee);
    }

    /// @inheritdoc IBountyEscrow
    function close(Terms calldata terms, uint256 owedTotal, bytes calldata signature, bytes calldata cosignature)
        external
        override
    {
        bytes32 id = entryIdOf(terms);
        Entry storage entry = _open(id);
        if (owedTotal < entry.paid) revert OwedLessThanPaid(id, entry.paid, owedTotal);
        if (owedTotal > entry.funded) revert OwedMoreThanFunded(id, entry.funded, owedTotal);
        uint256 rest = entry.funded - owedTotal;
        bytes32 message = EscrowMessages.ofClosingStatement(id, owedTotal);
        _checkSigners(terms, rest, message, signature, cosignature);
        entry.refunded = uint80(rest);
        entry.phase = Phase.Closed;
        emit EntryClosed(id, owedTotal, rest);
        _send(terms.refundTo, rest);
    }

    /// @inheritdoc IBountyEscrow
    function reclaim(Terms calldata terms) external override {
        bytes32 id = entryIdOf(terms);
        Entry storage entry = _open(id);
        uint256 reclaimableAt = uint256(terms.deadline) + terms.grace;
        if (block.timestamp < reclaimableAt) revert GraceNotOver(reclaimableAt);
        uint256 rest = entry.funded - entry.paid;
        entry.refunded = uint80(rest);
        entry.phase = Phase.Reclaimed;
        emit EntryReclaimed(id, rest);
        _send(terms.refundTo, rest);
    }

    /// @inheritdoc IBountyEscrow
    function deliver(address account) external override {
        uint256 amount = undelivered[account];
        if (amount == 0) revert NothingUndelivered(account);
        delete undelivered[account];
        emit Delivered(account, amount);
        _send(account, amount);
    }

    /// @inheritdoc IBountyEscrow
    function entryIdOf(Terms calldata terms) public view override returns (bytes32) {
        return _hashTypedDataV4(EscrowMessages.ofTerms(terms));
    }

    /// @inheritdoc IBountyEscrow
    function topUpNonceOf(bytes32 entry, bytes32 salt) public pure override returns (bytes32) {
        return EscrowMessages.ofTopUp(entry, salt);
    }

    /// @inheritdoc IBountyEscrow
    function entryOf(bytes32 entry) external view override returns (Entry memory) {
        return _entries[entry];
    }

    /// @inheritdoc IBountyEscrow
    function accountOf(bytes32 id)
        external
        view
        override
        returns (uint256 funded, uint256 paid, uint256 owed, uint256 refundable, uint256 refunded)
    {
        Entry memory entry = _entries[id];
        (funded, paid, refunded) = (entry.funded, entry.paid, entry.refunded);
        uint256 rest = funded - paid - refunded;
        if (entry.phase == Phase.Closed) owed = rest;
        else refundable = rest;
    }

    function _checkTerms(Terms calldata terms) private view {
        if (terms.funder == address(0) || terms.releaser == address(0) || terms.refundTo == address(0)) {
            revert MissingAddress();
        }
        if (terms.feeTo == address(0) && terms.feeBps != 0) revert MissingAddress();
        if (terms.releaser == terms.cosigner) revert SignersNotDistinct(terms.releaser);
        if (terms.refundTo == address(this) || terms.feeTo == address(this) || terms.distributor == address(this)) {
            revert ForbiddenPayee(address(this));
        }
        if (terms.feeBps > Fees.MOST_BPS) revert FeeAboveCap(terms.feeBps, Fees.MOST_BPS);
        if (terms.grace < LEAST_GRACE) revert GraceTooShort(terms.grace, LEAST_GRACE);
        if (block.timestamp > terms.deadline) revert DeadlinePassed(terms.deadline);
    }

    /// The fee of one payment that may be made at all.
    function _feeOf(Terms calldata terms, Payment calldata payment) private view returns (uint256) {
        if (payment.amount == 0) revert ZeroAmount(); // it would leave `paid` as it is, and so could land twice
        if (payment.to == address(0) || payment.to == address(this)) revert ForbiddenPayee(payment.to);
        return Fees.feeOf(payment.amount, terms.feeBps);
    }

    /// One rule for every signature: the releaser's always, the cosigner's too when it moves more than the terms say.
    function _checkSigners(
        Terms calldata terms,
        uint256 moved,
        bytes32 message,
        bytes calldata signature,
        bytes calldata cosignature
    ) private view {
        bytes32 digest = _hashTypedDataV4(message);
        Signatures.check(terms.releaser, digest, signature);
        if (terms.cosigner != address(0) && moved > terms.cosignAbove) {
            Signatures.check(terms.cosigner, digest, cosignature);
        }
    }

    /// Counts `moved` as paid, if this is the release's turn and the entry still holds as much.
    function _spend(bytes32 id, uint256 paidBefore, uint256 moved) private {
        Entry memory entry = _entries[id];
        if (entry.phase == Phase.None || entry.phase == Phase.Reclaimed) revert NotOpen(id, entry.phase);
        if (paidBefore != entry.paid) revert OutOfOrder(id, entry.paid, paidBefore);
        uint256 available = uint256(entry.funded) - entry.paid - entry.refunded;
        if (moved > available) revert ExceedsEntry(id, available, moved);
        entry.paid += uint80(moved);
        _entries[id] = entry;
    }

    function _open(bytes32 id) private view returns (Entry storage entry) {
        entry = _entries[id];
        if (entry.phase != Phase.Open) revert NotOpen(id, entry.phase);
    }

    /// Sends, or keeps for later what the token refuses to deliver: one blocked account must not hold up the releases behind it.
    function _send(address to, uint256 amount) private {
        if (amount == 0) return;
        try token.transfer(to, amount) returns (bool done) {
            if (done) return;
        } catch {}
        undelivered[to] += amount;
        emit Undelivered(to, amount);
    }

    function _bounded(uint256 amount) private pure returns (uint80) {
        if (amount == 0) revert ZeroAmount();
        if (amount > type(uint80).max) revert AmountTooLarge(amount);
        return uint80(amount);
    }
}
