import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

export interface Listening {
    protocol: 'tcp' | 'tcp6' | 'udp' | 'udp6';
    /** As the kernel writes it: hexadecimal, by words of the machine's byte order. */
    address: string;
    port: number;
    loopback: boolean;
}

const TCP_LISTEN = '0A';
const LOOPBACK = [/^[0-9A-F]{6}7F$/, /^0{24}01000000$/, /^0{16}FFFF0000[0-9A-F]{6}7F$/];

/** Where Linux lets programs send from when they name no port: a datagram socket there asks, and is not asked. */
function ephemeralPorts(): [number, number] {
    const [from, to] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').trim().split(/\s+/).map(Number);
    return [from, to];
}

/** The sockets on which the process `pid` can be reached, as Linux has them in /proc. */
export function listeningSockets(pid: number): Listening[] {
    const inodes = new Set(readdirSync(`/proc/${pid}/fd`).flatMap((fd) => inodeOf(`/proc/${pid}/fd/${fd}`)));
    const [from, to] = ephemeralPorts();
    return (['tcp', 'tcp6', 'udp', 'udp6'] as const).flatMap((protocol) =>
        readFileSync(`/proc/${pid}/net/${protocol}`, 'utf8')
            .trim()
            .split('\n')
            .slice(1)
            .map((line) => line.trim().split(/\s+/))
            .filter(
                ([, , , state, , , , , , inode]) =>
                    inodes.has(inode) && (protocol.startsWith('udp') || state === TCP_LISTEN),
            )
            .map(([, local]) => {
                const [address, port] = local.split(':');
                return {
                    protocol,
                    address,
                    port: parseInt(port, 16),
                    loopback: LOOPBACK.some((pattern) => pattern.test(address)),
                };
            })
            .filter(({ port }) => protocol.startsWith('tcp') || port < from || port > to),
    );
}

function inodeOf(path: string): string[] {
    try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(path))?.slice(1) ?? [];
    } catch (error) {
        // Closed since the folder was read.
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
        throw error;
    }
}
