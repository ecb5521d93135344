// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title What one funder agrees to by funding an entry. Passed with every call and hashed, never stored.
/// @param bounty keccak256 of the bounty's id
/// @param funder whose authorizations fund the entry
/// @param refundTo where what is not spent returns
/// @param releaser whose signature moves money to payees and closes the entry
/// @param cosigner a second signer, or zero for none
/// @param cosignAbove a signature that moves more than this at once needs the cosigner's too
/// @param distributor the Distributor that pools are paid to, or zero for none
/// @param feeTo who receives the fee on every payment
/// @param feeBps the fee in basis points of each payment, rounded up; at most 1000
/// @param deadline unix time after which the entry takes no more money
/// @param grace seconds after the deadline before an entry without a closing statement can be reclaimed; at least 14 days
/// @param salt makes entries with the same terms distinct
struct Terms {
    bytes32 bounty;
    address funder;
    address refundTo;
    address releaser;
    address cosigner;
    uint256 cosignAbove;
    address distributor;
    address feeTo;
    uint16 feeBps;
    uint64 deadline;
    uint64 grace;
    bytes32 salt;
}

/// @notice One accepted capture's pay. `capture` is its salted commitment.
struct Payment {
    bytes32 capture;
    address to;
    uint256 amount;
}

/// @notice The pay of `count` captures at once. `capturesRoot` commits to them, `fee` is the sum of their fees, each rounded up.
struct Pool {
    bytes32 capturesRoot;
    uint16 count;
    uint256 total;
    uint256 fee;
}

/// @notice `None` was never funded, `Open` takes releases, `Closed` has a closing statement, `Reclaimed` was abandoned.
enum Phase {
    None,
    Open,
    Closed,
    Reclaimed
}

/// @notice One funder's money for one bounty, in one storage slot.
/// @param funded all that came in
/// @param paid all that releases moved, fees included
/// @param refunded what went back to `refundTo`
struct Entry {
    uint80 funded;
    uint80 paid;
    uint80 refunded;
    Phase phase;
}

interface IBountyEscrow {
    event EntryFunded(bytes32 indexed entry, bytes32 indexed bounty, address indexed funder, uint256 amount);
    event EntryToppedUp(bytes32 indexed entry, uint256 amount, uint256 funded);
    event CapturePaid(bytes32 indexed entry, bytes32 indexed capture, address indexed to, uint256 amount, uint256 fee);
    event PoolPaid(bytes32 indexed entry, bytes32 indexed capturesRoot, uint256 count, uint256 total, uint256 fee);
    event EntryClosed(bytes32 indexed entry, uint256 owedTotal, uint256 refunded);
    event EntryReclaimed(bytes32 indexed entry, uint256 refunded);
    /// The token refused a transfer: the amount waits for `account`, see `deliver`.
    event Undelivered(address indexed account, uint256 amount);
    event Delivered(address indexed account, uint256 amount);

    error NoCode(address token);
    error MissingAddress();
    /// The escrow itself cannot be paid.
    error ForbiddenPayee(address payee);
    error FeeAboveCap(uint256 feeBps, uint256 most);
    error GraceTooShort(uint256 grace, uint256 least);
    error SignersNotDistinct(address signer);
    error DeadlinePassed(uint256 deadline);
    error ZeroAmount();
    error AmountTooLarge(uint256 amount);
    error AlreadyFunded(bytes32 entry);
    error NotOpen(bytes32 entry, Phase phase);
    /// Releases land in the order in which they were signed. `expected` is what the entry has paid.
    error OutOfOrder(bytes32 entry, uint256 expected, uint256 given);
    error ExceedsEntry(bytes32 entry, uint256 available, uint256 needed);
    error NoDistributor(bytes32 entry);
    error WrongFee(uint256 least, uint256 most, uint256 given);
    error OwedLessThanPaid(bytes32 entry, uint256 paid, uint256 owedTotal);
    error OwedMoreThanFunded(bytes32 entry, uint256 funded, uint256 owedTotal);
    error GraceNotOver(uint256 reclaimableAt);
    error NothingUndelivered(address account);

    /// @notice Opens an entry. Anyone may send it, with the funder's EIP-3009 `receiveWithAuthorization` whose nonce is the
    /// entry's id, so that no relayer can change a word of the terms.
    /// @dev Reverts on terms nobody should sign, after the deadline, for an entry funded before, and when the token refuses
    /// the authorization (expired, not yet valid, used, foreign signature, balance).
    function fund(
        Terms calldata terms,
        uint256 amount,
        uint256 validAfter,
        uint256 validBefore,
        bytes calldata signature
    ) external returns (bytes32 entry);

    /// @notice Adds to an open entry before its deadline. Anyone may send it, with the funder's authorization whose nonce is
    /// `topUpNonceOf(entry, salt)`.
    function topUp(
        Terms calldata terms,
        bytes32 salt,
        uint256 amount,
        uint256 validAfter,
        uint256 validBefore,
        bytes calldata signature
    ) external;

    /// @notice Pays one capture. Anyone may send it, at any time until the entry is reclaimed or has nothing left.
    /// @param paidBefore what the entry has paid before this release, fees included: each release lands at most once, in order
    /// @param signature the releaser's over Release
    /// @param cosignature the cosigner's over the same, else empty
    function release(
        Terms calldata terms,
        Payment calldata payment,
        uint256 paidBefore,
        bytes calldata signature,
        bytes calldata cosignature
    ) external;

    /// @notice Pays several captures with one signature over the list; else as `release`.
    function releaseMany(
        Terms calldata terms,
        Payment[] calldata payments,
        uint256 paidBefore,
        bytes calldata signature,
        bytes calldata cosignature
    ) external;

    /// @notice Pays the total of many captures to the terms' Distributor, whose next root shares it out; else as `release`.
    /// @dev The fee must be one that the captures' own fees, each rounded up, can sum to.
    function releasePool(
        Terms calldata terms,
        Pool calldata pool,
        uint256 paidBefore,
        bytes calldata signature,
        bytes calldata cosignature
    ) external;

    /// @notice Ends an open entry by a closing statement. Anyone may send it, once. What exceeds `owedTotal` returns at once;
    /// the rest stays releasable for ever, never returns, and nothing above it can ever be released.
    /// @param owedTotal all that the entry will have paid in the end, fees included
    function close(Terms calldata terms, uint256 owedTotal, bytes calldata signature, bytes calldata cosignature)
        external;

    /// @notice Returns the unpaid rest of an entry that got no closing statement. Anyone may send it from `deadline + grace` on.
    function reclaim(Terms calldata terms) external;

    /// @notice Sends `account` what the token would not deliver to it before (a blocked account, say). Anyone may send it.
    function deliver(address account) external;

    /// @notice The id of the entry with these terms: their EIP-712 digest, and the nonce of the funding authorization.
    function entryIdOf(Terms calldata terms) external view returns (bytes32);

    /// @notice The nonce of the authorization of a top-up.
    function topUpNonceOf(bytes32 entry, bytes32 salt) external pure returns (bytes32);

    function entryOf(bytes32 entry) external view returns (Entry memory);

    /// @notice Where all that came in is: `funded = paid + owed + refundable + refunded`, at every moment.
    /// @return funded all that came in
    /// @return paid what releases moved, fees included
    /// @return owed what a closing statement says is still to be released: it never returns
    /// @return refundable what no statement claims yet
    /// @return refunded what went back
    function accountOf(bytes32 entry)
        external
        view
        returns (uint256 funded, uint256 paid, uint256 owed, uint256 refundable, uint256 refunded);

    function undelivered(address account) external view returns (uint256);
}
