import { createSocket, type RemoteInfo, type Socket, type SocketType } from 'node:dgram';

/**
 * Sockets for net-snmp whose `message` listener never throws into the event loop: a malformed packet on an open UDP port must not
 * end the process. net-snmp catches errors while it parses, but not after. Errors go to `onMalformed`; the request that the
 * packet claimed to answer runs into its timeout.
 * @param accept datagrams from senders that it rejects are dropped unread
 */
export function guardedDgram(
    onMalformed: (error: unknown) => void,
    accept: (sender: RemoteInfo) => boolean = () => true,
): { createSocket(type: SocketType): Socket } {
    return {
        createSocket(type) {
            const socket = createSocket(type);
            const on = socket.on.bind(socket) as (event: string, listener: (...args: unknown[]) => void) => Socket;
            socket.on = ((event: string, listener: (...args: unknown[]) => void) => {
                if (event !== 'message') return on(event, listener);
                return on(event, (...args) => {
                    try {
                        if (accept(args[1] as RemoteInfo)) listener(...args);
                    } catch (error) {
                        onMalformed(error);
                    }
                });
            }) as Socket['on'];
            return socket;
        },
    };
}
