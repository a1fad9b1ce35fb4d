import { isIPv6 } from 'node:net';
import { asUpsError, reasonFor, UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import type { Host } from '../shared/host';
import { hostKey, parseHosts } from '../shared/hosts';
import type { DatagramSender, Network } from '../shared/network';

/** Discard; 7 (echo) is equally common (CS141 manual, "Tutorial: WOL"). */
export const WOL_PORT = 9;
export const BROADCAST_ADDRESS = '255.255.255.255';
const REPETITIONS = 16;
/** Enough for the networks of one job, and few enough to prevent a flood. */
const MOST_ADDRESSES = 32;

/**
 * AMD's magic packet: six bytes FF, the network card's address sixteen times, and the SecureOn password if the card requires one:
 * 102, 106 or 108 bytes. (The CS141 manual, "Tutorial: WOL", says four FF; network cards expect six: AMD publication 20213.)
 */
export function magicPacket(mac: Uint8Array, secureOn?: Uint8Array): Uint8Array {
    return Buffer.concat([
        Buffer.alloc(6, 0xff),
        ...Array<Uint8Array>(REPETITIONS).fill(mac),
        secureOn ?? new Uint8Array(),
    ]);
}

/**
 * Destinations of the packets: broadcast or unicast addresses, with `:port` if it differs; empty: the broadcast address of this
 * network.
 * @throws UpsError config-invalid
 */
export function parseAddresses(list: string | readonly string[] | undefined, port: number): Host[] {
    let wrong: unknown;
    try {
        const addresses = parseHosts(list ?? '', port);
        if (addresses.length <= MOST_ADDRESSES)
            return addresses.length ? addresses : [{ host: BROADCAST_ADDRESS, port }];
        wrong = `${addresses.length} addresses`;
    } catch (error) {
        wrong = asUpsError(error, 'config-invalid').data.value;
    }
    throw new UpsError('config-invalid', {
        property: 'address',
        value: String(wrong),
        expected: said('expected.broadcasts', { most: MOST_ADDRESSES, example: BROADCAST_ADDRESS }),
    });
}

/** Sends each magic packet to every address. */
export interface PacketSender {
    /** @throws UpsError host-unreachable if sending failed for every address */
    send(packet: Uint8Array): Promise<void>;
}

/** Sends by UDP, with a new socket each time: minutes pass between two packets, and network interfaces may come and go. */
export class UdpPackets implements PacketSender {
    constructor(
        private readonly network: Pick<Network, 'openDatagrams'>,
        private readonly addresses: readonly Host[],
        /** Copies of each datagram, since some may be lost. */
        private readonly copies: number,
    ) {}

    async send(packet: Uint8Array): Promise<void> {
        // In parallel: a slow look-up of one name must not delay the other addresses.
        const sendings = this.addresses.map(async (address) => {
            try {
                await this.sendTo(address, packet);
                return undefined;
            } catch (error) {
                const data = { host: hostKey(address), reason: reasonFor(error) };
                return new UpsError('host-unreachable', data, { cause: error });
            }
        });
        const failures = await Promise.all(sendings);
        if (failures.every((failure) => failure !== undefined)) throw failures[0];
    }

    private async sendTo({ host, port }: Host, packet: Uint8Array): Promise<void> {
        const family = isIPv6(host) ? 6 : 4;
        const socket: DatagramSender = await this.network.openDatagrams(family, family === 4);
        try {
            for (let copy = 0; copy < this.copies; copy++) await socket.send(packet, host, port);
        } finally {
            socket.close();
        }
    }
}
