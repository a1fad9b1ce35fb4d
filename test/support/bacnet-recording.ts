import { writeFileSync } from 'node:fs';
import type { ListenUdp } from '../../lib/protocols/shared/udp-listener';
import { listenUdp } from '../../lib/protocols/shared/udp-listener';
import type { Endpoint } from '../../lib/protocols/shared/listener';

/** What goes over a UDP port, as a file that Wireshark reads: no right to listen at a network card is needed. */
export class UdpRecording {
    private readonly packets: Buffer[] = [];

    get count(): number {
        return this.packets.length;
    }

    readonly listen: ListenUdp = async (at, receive, failed, malformed) => {
        const real = await listenUdp(
            at,
            (message, from) => {
                this.note(message, from, real.at);
                receive(message, from);
            },
            failed,
            malformed,
        );
        const send = (message: Buffer, to: Endpoint) => {
            this.note(message, real.at, to);
            real.send(message, to);
        };
        return { ...real, send };
    };

    /** The format of libpcap: packets begin with their IPv4 header (link type 101). */
    save(path: string): void {
        const head = Buffer.alloc(24);
        head.writeUInt32LE(0xa1b2c3d4, 0);
        head.writeUInt16LE(2, 4);
        head.writeUInt16LE(4, 6);
        head.writeUInt32LE(65_535, 16);
        head.writeUInt32LE(101, 20);
        writeFileSync(path, Buffer.concat([head, ...this.packets]));
    }

    private note(message: Buffer, from: Endpoint, to: Endpoint): void {
        const length = message.length + 28;
        const packet = Buffer.alloc(16 + 28);
        packet.writeUInt32LE(this.packets.length, 0);
        packet.writeUInt32LE(length, 8);
        packet.writeUInt32LE(length, 12);
        // IPv4: 20 bytes, time to live 64, UDP.
        packet[16] = 0x45;
        packet.writeUInt16BE(length, 18);
        packet[24] = 64;
        packet[25] = 17;
        from.address.split('.').forEach((byte, index) => (packet[28 + index] = Number(byte)));
        to.address.split('.').forEach((byte, index) => (packet[32 + index] = Number(byte)));
        packet.writeUInt16BE(from.port, 36);
        packet.writeUInt16BE(to.port, 38);
        packet.writeUInt16BE(message.length + 8, 40);
        this.packets.push(Buffer.concat([packet, message]));
    }
}
