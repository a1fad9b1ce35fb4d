import { createSocket } from 'node:dgram';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { seconds } from './played-ups';

/** `crashed`: its supply went while it ran. */
export type HostState = 'up' | 'going down' | 'down' | 'booting' | 'crashed';

export interface Noted {
    at: number;
    host: string;
    /** First bytes of a connection by their verb, a magic packet, or what became of the host. */
    what: 'shutdown' | 'wakeup' | 'message' | 'packet' | HostState;
    /** Its state when it came. */
    state: HostState;
}

export interface WireHostOptions {
    name: string;
    address: string;
    mac: string;
    downSeconds: number;
    bootSeconds: number;
    /** It takes so long over each message before it closes the connection, ms. */
    answerMs: number;
    /** `rccmd`: one behind a manager that is always there, and wakes it when told so. */
    wokenBy: 'packet' | 'rccmd';
}

/** The hosts of one Node-RED: each a loopback address of its own, and one place where magic packets arrive. */
export class WireHosts {
    readonly noted: Noted[] = [];
    readonly hosts: WireHost[] = [];
    private readonly socket = createSocket('udp4');

    async start(): Promise<void> {
        this.socket.on('message', (bytes) => {
            const mac = macOf(bytes);
            this.hosts.find((host) => host.options.mac === mac)?.packet();
        });
        await new Promise<void>((done) => this.socket.bind(0, '127.0.0.1', done));
    }

    /** Where magic packets are to be sent. */
    get wakeAddress(): { address: string; port: number } {
        return { address: '127.0.0.1', port: this.socket.address().port };
    }

    async add(options: WireHostOptions): Promise<WireHost> {
        const host = new WireHost(options, (what, state) => {
            this.noted.push({ at: seconds(), host: options.name, what, state });
        });
        this.hosts.push(host);
        await host.start();
        return host;
    }

    of(name: string): Noted[] {
        return this.noted.filter(({ host }) => host === name);
    }

    async stop(): Promise<void> {
        await Promise.all(this.hosts.map((host) => host.stop()));
        await new Promise<void>((done) => this.socket.close(done));
    }
}

/** A computer with an RCCMD client and a port that shows whether it is up; real sockets on its own loopback address. */
export class WireHost {
    state: HostState = 'up';
    private powered = true;
    private timer: NodeJS.Timeout | undefined;
    private readonly rccmd: Port;
    private readonly check: Port;

    constructor(
        readonly options: WireHostOptions,
        private readonly note: (what: Noted['what'], state: HostState) => void,
    ) {
        this.rccmd = new Port(options.address, (socket) => this.hear(socket));
        this.check = new Port(options.address, (socket) => socket.end());
    }

    async start(): Promise<void> {
        await this.rccmd.open();
        await this.check.open();
    }

    async stop(): Promise<void> {
        clearTimeout(this.timer);
        this.timer = undefined;
        await this.rccmd.close();
        await this.check.close();
    }

    get ports(): { rccmd: number; check: number } {
        return { rccmd: this.rccmd.number, check: this.check.number };
    }

    /** Its supply goes or comes. It stays off when the supply is back, as most do that were shut down. */
    power(on: boolean): void {
        if (this.powered === on) return;
        this.powered = on;
        if (!on && this.state !== 'down') this.enter('crashed');
    }

    packet(): void {
        this.note('packet', this.state);
        // A network card listens for it only once the machine is off.
        if (this.powered && (this.state === 'down' || this.state === 'crashed')) this.boot();
    }

    private hear(socket: Socket): void {
        socket.once('data', (bytes) => {
            const verb = /\(SEND\)\s+MSG_(\w+)/.exec(bytes.toString('utf8'))?.[1];
            this.note(verb === 'SHUTDOWN' ? 'shutdown' : verb === 'WAKEUP' ? 'wakeup' : 'message', this.state);
            if (verb === 'SHUTDOWN') this.goDown();
            if (verb === 'WAKEUP' && this.options.wokenBy === 'rccmd') this.wakeup();
            setTimeout(() => socket.end(), this.options.answerMs).unref();
        });
    }

    private goDown(): void {
        if (this.state !== 'up') return;
        this.enter('going down');
        this.after(this.options.downSeconds, () => this.enter('down'));
    }

    /** Takes back a shutdown that has not begun to hurt, or starts what is off. */
    private wakeup(): void {
        if (this.state === 'going down') this.enter('up');
        else if (this.powered && (this.state === 'down' || this.state === 'crashed')) this.boot();
    }

    private boot(): void {
        this.enter('booting');
        this.after(this.options.bootSeconds, () => this.enter('up'));
    }

    private after(delaySeconds: number, act: () => void): void {
        this.timer = setTimeout(act, delaySeconds * 1000);
    }

    private enter(state: HostState): void {
        clearTimeout(this.timer);
        this.state = state;
        this.note(state, state);
        const serves = state === 'up' || state === 'going down';
        // Opened again on its old number, which nobody else had: the address is its own.
        const turn = (port: Port, open: boolean) => (open ? port.open() : port.close());
        void turn(this.check, serves);
        void turn(this.rccmd, serves || this.options.wokenBy === 'rccmd');
    }
}

/** A TCP port that can be closed, with whatever hangs on it, and opened again under the same number. */
class Port {
    number = 0;
    private server: Server | undefined;
    private readonly sockets = new Set<Socket>();
    private turn: Promise<void> = Promise.resolve();

    constructor(
        private readonly address: string,
        private readonly serve: (socket: Socket) => void,
    ) {}

    open(): Promise<void> {
        return (this.turn = this.turn.then(() => this.listen()));
    }

    close(): Promise<void> {
        return (this.turn = this.turn.then(() => this.shut()));
    }

    private async listen(): Promise<void> {
        if (this.server) return;
        const server = createServer((socket) => {
            this.sockets.add(socket);
            socket.on('error', () => socket.destroy());
            socket.on('close', () => this.sockets.delete(socket));
            this.serve(socket);
        });
        this.server = server;
        await new Promise<void>((done, fail) => {
            server.once('error', fail);
            server.listen(this.number, this.address, done);
        });
        this.number = (server.address() as AddressInfo).port;
    }

    private async shut(): Promise<void> {
        const { server } = this;
        this.server = undefined;
        for (const socket of this.sockets) socket.destroy();
        if (server) await new Promise((done) => server.close(done));
    }
}

/** The card that a magic packet is for; undefined if it is none. */
function macOf(bytes: Buffer): string | undefined {
    const start = bytes.indexOf(Buffer.alloc(6, 0xff));
    if (start < 0 || bytes.length < start + 102) return undefined;
    const mac = bytes.subarray(start + 6, start + 12);
    for (let copy = 1; copy < 16; copy++) {
        if (!bytes.subarray(start + 6 + copy * 6, start + 12 + copy * 6).equals(mac)) return undefined;
    }
    return [...mac].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}
