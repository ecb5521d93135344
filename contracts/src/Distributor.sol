// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Award, IDistributor, Root} from "./interfaces/IDistributor.sol";
import {Signatures} from "./lib/Signatures.sol";

/// @title Shares out what escrows paid for many captures: accounts claim against cumulative Merkle roots.
/// @notice Nobody owns it. What an account gets is decided by two keys together, the releaser's and the root-setter's; a
/// guardian can stop a root before it is active, never one that is. Who holds both keys decides the leaves.
contract Distributor is IDistributor, EIP712 {
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    bytes32 public constant ROOT_TYPEHASH = keccak256("Root(bytes32 root,uint64 epoch,uint256 totalCumulative)");
    bytes32 public constant CLAIM_TO_TYPEHASH =
        keccak256("ClaimTo(address account,address to,uint256 cumulative,uint256 deadline)");
    uint256 public constant LEAST_DELAY = 1 hours;

    IERC20 public immutable token;
    address public immutable rootSetter;
    address public immutable releaser;
    address public immutable guardian;
    uint64 public immutable delay;

    /// What is known of the root proposed last and of the one it follows, in one slot.
    /// @param activeAt of the last; `NEVER` once vetoed
    /// @param place of the last in `_roots`; the one it follows has the other
    struct State {
        uint32 lastEpoch;
        uint32 formerEpoch;
        uint40 activeAt;
        uint72 lastTotal;
        uint72 formerTotal;
        uint8 place;
    }

    uint40 private constant NEVER = type(uint40).max;

    State private _state;
    bytes32[2] private _roots;
    /// @inheritdoc IDistributor
    mapping(address account => uint256) public override claimed;
    /// @inheritdoc IDistributor
    uint256 public override totalClaimed;

    /// @param delay_ seconds from a root's proposal to its use; at least an hour
    /// @param domainName the name in the signing domain: it differs between live and test deployments
    constructor(
        IERC20 token_,
        address rootSetter_,
        address releaser_,
        address guardian_,
        uint64 delay_,
        string memory domainName
    ) EIP712(domainName, "1") {
        if (address(token_).code.length == 0) revert NoCode(address(token_));
        if (rootSetter_ == address(0) || releaser_ == address(0) || guardian_ == address(0)) revert MissingAddress();
        if (rootSetter_ == releaser_ || rootSetter_ == guardian_ || releaser_ == guardian_) {
            revert KeysNotDistinct();
        }
        if (delay_ < LEAST_DELAY) revert DelayTooShort(delay_, LEAST_DELAY);
        token = token_;
        rootSetter = rootSetter_;
        releaser = releaser_;
        guardian = guardian_;
        delay = delay_;
    }

    /// @inheritdoc IDistributor
    function proposeRoot(
        bytes32 root,
        uint64 epoch,
        uint256 totalCumulative,
        string calldata uri,
        bytes calldata releaserSignature
    ) external override {
        if (msg.sender != rootSetter) revert NotRootSetter(msg.sender);
        if (root == bytes32(0)) revert EmptyRoot();
        State memory next = _following(epoch, totalCumulative);
        uint256 covered = token.balanceOf(address(this)) + totalClaimed;
        if (totalCumulative > covered) revert NotCovered(covered, totalCumulative);
        bytes32 message = keccak256(abi.encode(ROOT_TYPEHASH, root, epoch, totalCumulative));
        Signatures.check(releaser, _hashTypedDataV4(message), releaserSignature);
        _state = next;
        _roots[next.place] = root;
        emit RootProposed(epoch, root, totalCumulative, next.activeAt, uri);
    }

    /// @inheritdoc IDistributor
    function veto() external override {
        if (msg.sender != guardian) revert NotGuardian(msg.sender);
        State memory state = _state;
        if (!_isPending(state)) revert NothingPending();
        _state.activeAt = NEVER;
        emit RootVetoed(state.lastEpoch, _roots[state.place]);
    }

    /// @inheritdoc IDistributor
    function claim(Award calldata award) external override returns (uint256 amount) {
        amount = _claim(award, award.account);
        if (amount == 0) revert NothingToClaim(award.account, claimed[award.account]);
    }

    /// @inheritdoc IDistributor
    function claimMany(Award[] calldata awards) external override returns (uint256 amount) {
        for (uint256 i; i < awards.length; ++i) {
            amount += _claim(awards[i], awards[i].account);
        }
    }

    /// @inheritdoc IDistributor
    function claimTo(Award calldata award, address to, uint256 deadline, bytes calldata signature)
        external
        override
        returns (uint256 amount)
    {
        if (block.timestamp > deadline) revert ClaimExpired(deadline);
        bytes32 message = keccak256(abi.encode(CLAIM_TO_TYPEHASH, award.account, to, award.cumulative, deadline));
        Signatures.check(award.account, _hashTypedDataV4(message), signature);
        amount = _claim(award, to);
        if (amount == 0) revert NothingToClaim(award.account, claimed[award.account]);
    }

    /// @inheritdoc IDistributor
    function activeRoot() public view override returns (Root memory) {
        State memory state = _state;
        if (block.timestamp < state.activeAt) {
            return Root(_roots[1 - state.place], state.formerEpoch, state.formerTotal);
        }
        return Root(_roots[state.place], state.lastEpoch, state.lastTotal);
    }

    /// @inheritdoc IDistributor
    function pendingRoot() external view override returns (Root memory root) {
        State memory state = _state;
        if (_isPending(state)) root = Root(_roots[state.place], state.lastEpoch, state.lastTotal);
    }

    /// @inheritdoc IDistributor
    function lastActiveAt() external view override returns (uint256) {
        return _state.activeAt;
    }

    /// @inheritdoc IDistributor
    function lastEpoch() external view override returns (uint256) {
        return _state.lastEpoch;
    }

    function _isPending(State memory state) private view returns (bool) {
        return block.timestamp < state.activeAt && state.activeAt != NEVER;
    }

    /// The state after a root of this epoch and total, which takes the place of the root that is no longer active, or that
    /// was vetoed. Reverts unless it may follow.
    function _following(uint64 epoch, uint256 total) private view returns (State memory state) {
        state = _state;
        uint256 expected = uint256(state.lastEpoch) + 1;
        if (epoch != expected) revert WrongEpoch(expected, epoch);
        if (_isPending(state)) revert RootPending(state.lastEpoch, state.activeAt);
        if (state.activeAt != NEVER) {
            (state.formerEpoch, state.formerTotal) = (state.lastEpoch, state.lastTotal);
            state.place = 1 - state.place;
        }
        if (total < state.formerTotal) revert TotalDecreased(state.formerTotal, total);
        state.lastEpoch = uint256(epoch).toUint32();
        state.lastTotal = total.toUint72();
        state.activeAt = (block.timestamp + delay).toUint40();
    }

    /// Books and pays what the award has left; zero when that is nothing.
    function _claim(Award calldata award, address to) private returns (uint256 amount) {
        Root memory root = activeRoot();
        bytes32 leaf = keccak256(abi.encode(award.account, award.cumulative, award.salt));
        leaf = keccak256(abi.encode(leaf)); // twice, so that no inner node passes for a leaf
        if (!MerkleProof.verifyCalldata(award.proof, root.root, leaf)) revert NotInRoot(award.account);
        uint256 before = claimed[award.account];
        if (award.cumulative <= before) return 0;
        amount = award.cumulative - before;
        uint256 total = totalClaimed + amount;
        if (total > root.total) revert ExceedsTotal(root.total, total);
        claimed[award.account] = award.cumulative;
        totalClaimed = total;
        emit Claimed(award.account, to, amount, award.cumulative);
        token.safeTransfer(to, amount);
    }
}
