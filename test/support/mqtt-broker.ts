import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { generate, parser, type Packet } from 'mqtt-packet';
import type { MqttLink } from '../../lib/protocols/mqtt/link';
import { MemoryBroker } from './mqtt-memory';

/** A `MemoryBroker` on a port of this machine, for MQTT 3.1.1. */
export class WireBroker {
    readonly memory = new MemoryBroker();
    /** What clients have logged in with. */
    readonly logins: { clientId: string; username?: string; password?: string }[] = [];
    /** Who may; undefined: everybody. */
    login: { username: string; password: string } | undefined;
    private readonly sockets = new Set<Socket>();

    private constructor(private readonly server: Server) {
        server.on('connection', (socket) => this.serve(socket));
    }

    static async start(port = 0): Promise<WireBroker> {
        const server = createServer();
        await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
        return new WireBroker(server);
    }

    get port(): number {
        return (this.server.address() as AddressInfo).port;
    }

    get connections(): number {
        return this.sockets.size;
    }

    /** Connections break. */
    cut(): void {
        for (const socket of this.sockets) socket.destroy();
    }

    async stop(): Promise<void> {
        this.cut();
        await new Promise((resolve) => this.server.close(resolve));
    }

    private serve(socket: Socket): void {
        this.sockets.add(socket);
        let link: MqttLink | undefined;
        const send = (packet: Packet) => socket.writable && socket.write(generate(packet));
        const reader = parser();
        reader.on('packet', (packet: Packet) => {
            switch (packet.cmd) {
                case 'connect':
                    link = this.connect(packet, send);
                    break;
                case 'subscribe': {
                    const topics = packet.subscriptions.map(({ topic }) => topic);
                    link?.subscribe(topics, (granted) =>
                        send({
                            cmd: 'suback',
                            messageId: packet.messageId!,
                            granted: topics.map(() => (granted ? 1 : 128)),
                        }),
                    );
                    break;
                }
                case 'publish': {
                    const { topic, payload, qos, retain, messageId } = packet;
                    link?.publish({ topic, payload: payload as Buffer, qos: qos as 0 | 1, retain }, (taken) => {
                        if (taken && qos === 1) send({ cmd: 'puback', messageId: messageId! });
                    });
                    break;
                }
                case 'pingreq':
                    send({ cmd: 'pingresp' });
                    break;
                case 'disconnect':
                    void link?.end();
                    link = undefined;
                    break;
                default:
            }
        });
        socket.on('data', (bytes) => reader.parse(bytes));
        socket.on('error', () => undefined);
        socket.on('close', () => {
            this.sockets.delete(socket);
            link?.destroy();
        });
    }

    private connect(packet: Packet & { cmd: 'connect' }, send: (packet: Packet) => void): MqttLink | undefined {
        const { clientId, username, password, will } = packet;
        const secret = password === undefined ? undefined : String(password);
        this.logins.push({ clientId, ...(username && { username }), ...(secret && { password: secret }) });
        if (this.login && (username !== this.login.username || secret !== this.login.password)) {
            send({ cmd: 'connack', returnCode: 5, sessionPresent: false });
            return undefined;
        }
        const { topic, payload, qos, retain } = will!;
        const wanted = { topic, payload: Buffer.from(payload as Buffer), qos: qos as 0 | 1, retain: retain ?? false };
        return this.memory.open(
            { clientId, will: wanted },
            {
                open: () => send({ cmd: 'connack', returnCode: 0, sessionPresent: false }),
                message: (to, bytes, kept) =>
                    send({
                        ...{ cmd: 'publish', topic: to, payload: Buffer.from(bytes), qos: 0, dup: false, retain: kept },
                    }),
                closed: () => undefined,
            },
        );
    }
}
