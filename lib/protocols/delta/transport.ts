export type {
    ByteConnection as DeltaConnection,
    ByteHandlers as DeltaHandlers,
    ByteTransport as DeltaTransport,
} from '../shared/byte-transport';
