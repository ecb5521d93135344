import { v5 as uuidv5, v7 as uuidv7 } from 'uuid';
import { ID_PREFIXES, type Id, type IdKind } from '@groundtruth/sdk/protocol';

/** Namespace of every derived id of this project: a UUIDv5 of the project's name in the DNS namespace. */
const NAMESPACE = uuidv5('groundtruth', uuidv5.DNS);

/** A new resource id: prefix + UUIDv7 hex. Sorts by creation within a process. Not repeatable. */
export function mintId<K extends IdKind>(kind: K): Id<K> {
  return `${ID_PREFIXES[kind]}_${uuidv7().replaceAll('-', '')}` as Id<K>;
}

/** The id that a cause always has: the same parts give the same id, so a second try is the same thing. */
export function deriveId<K extends IdKind>(kind: K, ...cause: string[]): Id<K> {
  return `${ID_PREFIXES[kind]}_${deriveUuid(kind, ...cause).replaceAll('-', '')}` as Id<K>;
}

/** UUIDv5 over the parts, each length-prefixed so that no two lists of parts collide. */
export function deriveUuid(...parts: string[]): string {
  return uuidv5(parts.map((part) => `${part.length}:${part}`).join(''), NAMESPACE);
}
