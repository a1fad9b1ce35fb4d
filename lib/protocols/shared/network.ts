import type { Endpoint, Failed, Listener } from './listener';

/** The network as the protocols need it: one real implementation (net-network.ts), and an in-memory twin in the tests. */
export interface Network {
    /** Opens a stream; the outcome comes by the handlers. Never throws. */
    connect(host: string, port: number, handlers: StreamHandlers): NetworkStream;
    /** A socket to send datagrams from. @throws UpsError host-unreachable */
    openDatagrams(family: 4 | 6, broadcast: boolean): Promise<DatagramSender>;
    /** @throws UpsError port-in-use, port-forbidden, config-invalid */
    listenStreams(at: Endpoint, accept: (stream: NetworkStream) => StreamHandlers, failed: Failed): Promise<Listener>;
    /** @throws UpsError port-in-use, port-forbidden, config-invalid */
    listenDatagrams(
        at: Endpoint,
        received: (bytes: Uint8Array, from: Endpoint) => void,
        failed: Failed,
    ): Promise<Listener>;
}

export interface StreamHandlers {
    connected?(): void;
    /** All of `finish` has been handed to the network. */
    flushed?(): void;
    data(bytes: Uint8Array): void;
    /** The peer has sent all it will send. */
    ended?(): void;
    /** Last call, exactly once, unless `destroy` was called before. `error`: what broke the stream (e.g. ECONNREFUSED). */
    closed(error?: string): void;
}

export interface NetworkStream {
    /** Known for accepted streams. */
    readonly remote?: Endpoint;
    /** The local address at which an accepted stream arrived. */
    readonly local?: Endpoint;
    /** Sends the bytes, if any, and then our end of the stream. */
    finish(bytes?: Uint8Array): void;
    /** Drops the stream: no handler is called any more. With `reset` the peer sees an error rather than an orderly end. */
    destroy(reset?: boolean): void;
}

export interface DatagramSender {
    /** Resolves when handed to the network; rejects with an Error whose message is its reason (e.g. ENETUNREACH). */
    send(bytes: Uint8Array, host: string, port: number): Promise<void>;
    close(): void;
}
