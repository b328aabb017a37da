import { type ReaderParts } from '../consumer-parts.ts';
import { type NetworkClientDelegate } from './network-client-delegate.ts';

/** What all that a consumer of the new protocol does works with. */
export type AsyncParts = ReaderParts<NetworkClientDelegate>;
