// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice One account's line in a root's tree.
/// @param account who is paid
/// @param cumulative all that the account was ever awarded, up to this root
/// @param salt fresh for each account and epoch, so that published leaves do not tell who was paid
/// @param proof sibling hashes from the leaf to the root
struct Award {
    address account;
    uint256 cumulative;
    bytes32 salt;
    bytes32[] proof;
}

/// @notice `total` is the sum of all awards under the root.
struct Root {
    bytes32 root;
    uint256 epoch;
    uint256 total;
}

interface IDistributor {
    event RootProposed(uint256 indexed epoch, bytes32 indexed root, uint256 total, uint256 activeAt, string uri);
    event RootVetoed(uint256 indexed epoch, bytes32 indexed root);
    event Claimed(address indexed account, address indexed to, uint256 amount, uint256 cumulative);

    error NoCode(address token);
    error MissingAddress();
    error KeysNotDistinct();
    error DelayTooShort(uint256 delay, uint256 least);
    error NotRootSetter(address caller);
    error NotGuardian(address caller);
    error EmptyRoot();
    error WrongEpoch(uint256 expected, uint256 given);
    /// The last root is not active yet: wait for it, or have it vetoed.
    error RootPending(uint256 epoch, uint256 activeAt);
    error TotalDecreased(uint256 total, uint256 given);
    error NotCovered(uint256 covered, uint256 total);
    error NothingPending();
    error NotInRoot(address account);
    error NothingToClaim(address account, uint256 claimed);
    /// The root's leaves promise more than its total.
    error ExceedsTotal(uint256 total, uint256 needed);
    error ClaimExpired(uint256 deadline);

    /// @notice Puts the next root up. Only the root-setter, and only with the releaser's signature over it: two keys.
    /// It is active after the delay. Its total is never less than the last one's, and the balance covers all of it that is unclaimed.
    /// @param epoch one more than the last proposed, vetoed ones included, so that no signature counts twice
    /// @param uri where the leaves are published
    function proposeRoot(
        bytes32 root,
        uint64 epoch,
        uint256 totalCumulative,
        string calldata uri,
        bytes calldata releaserSignature
    ) external;

    /// @notice Discards the root that is not active yet. Only the guardian, who can do nothing else.
    function veto() external;

    /// @notice Pays an account what it was awarded and has not claimed. Anyone may send it; the money goes to the account.
    function claim(Award calldata award) external returns (uint256 amount);

    /// @notice As `claim` for many; passes over those with nothing left to claim, so that no one's own claim spoils the batch.
    function claimMany(Award[] calldata awards) external returns (uint256 amount);

    /// @notice As `claim`, but to another address, by the account's signature over ClaimTo, until `deadline`.
    function claimTo(Award calldata award, address to, uint256 deadline, bytes calldata signature)
        external
        returns (uint256 amount);

    /// @notice The root that claims are proven against now, or an empty one.
    function activeRoot() external view returns (Root memory);

    /// @notice The root waiting for its delay, or an empty one.
    function pendingRoot() external view returns (Root memory);

    /// @notice When the root proposed last becomes or became active; the largest uint40 if it was vetoed.
    function lastActiveAt() external view returns (uint256);

    /// @notice The epoch proposed last, vetoed or not.
    function lastEpoch() external view returns (uint256);

    function claimed(address account) external view returns (uint256);

    function totalClaimed() external view returns (uint256);
}
